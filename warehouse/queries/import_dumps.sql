-- GeoNames country dumps (19 tab-separated columns, no header) to places and their folded names.
CREATE TEMP TABLE dump AS
SELECT *
FROM read_csv(
    $files, delim = '\t', header = false, quote = '', escape = '', strict_mode = false, null_padding = true,
    columns = {
        'geonameid': 'BIGINT',
        'name': 'VARCHAR',
        'asciiname': 'VARCHAR',
        'alternatenames': 'VARCHAR',
        'latitude': 'DOUBLE',
        'longitude': 'DOUBLE',
        'class': 'VARCHAR',
        'code': 'VARCHAR',
        'country': 'VARCHAR',
        'cc2': 'VARCHAR',
        'admin1_code': 'VARCHAR',
        'admin2_code': 'VARCHAR',
        'admin3_code': 'VARCHAR',
        'admin4_code': 'VARCHAR',
        'population': 'BIGINT',
        'elevation': 'VARCHAR',
        'dem': 'VARCHAR',
        'timezone': 'VARCHAR',
        'modified': 'VARCHAR'
    }
);
-- What an incident can be located at: populated places, administrative areas, named localities, forests and reserves.
CREATE TEMP TABLE kept AS
SELECT *
FROM dump
WHERE (class = 'P' AND code NOT IN ('PPLQ', 'PPLH', 'PPLW'))
    OR code IN (
        'ADM1', 'ADM2', 'ADM3', 'ADM4', 'LCTY', 'RGN', 'AREA', 'RESF', 'RESN', 'PRK', 'FRST', 'FRSTR'
    );
-- Names of areas without their head nouns, French before and English behind.
CREATE TEMP TABLE areas AS
SELECT
    country,
    code,
    admin1_code,
    admin2_code,
    any_value(trim(regexp_replace(
        regexp_replace(
            name,
            '^(Région|Departement|Département|Province|Cercle|Préfecture|District|Arrondissement)'
                || ' (du|des|de la|de l.|de|d.)? ?',
            ''
        ),
        ' (Region|Cercle|Province|Department|District|State|Prefecture)$',
        ''
    ))) AS name
FROM kept
WHERE code IN ('ADM1', 'ADM2')
GROUP BY country, code, admin1_code, CASE WHEN code = 'ADM2' THEN admin2_code END, admin2_code;
CREATE TABLE places AS
SELECT
    k.geonameid,
    k.name,
    k.country,
    coalesce(a1.name, '') AS admin1,
    coalesce(a2.name, '') AS admin2,
    k.latitude,
    k.longitude,
    CASE
        WHEN k.code = 'ADM1' THEN 'admin1'
        WHEN k.code = 'ADM2' THEN 'admin2'
        WHEN k.code IN ('ADM3', 'ADM4') THEN 'commune'
        WHEN k.class = 'P' AND (k.code LIKE 'PPL%A%' OR k.code = 'PPLC' OR k.population >= 15000) THEN 'town'
        WHEN k.class = 'P' THEN 'village'
        WHEN k.code = 'LCTY' THEN 'site'
        ELSE 'area'
    END AS level,
    coalesce(k.population, 0)::INTEGER AS population
FROM kept k
    LEFT JOIN (
        SELECT country, admin1_code, any_value(name) AS name FROM areas WHERE code = 'ADM1' GROUP BY ALL
    ) a1 ON a1.country = k.country AND a1.admin1_code = k.admin1_code
    LEFT JOIN (
        SELECT country, admin2_code, any_value(name) AS name FROM areas WHERE code = 'ADM2' GROUP BY ALL
    ) a2 ON a2.country = k.country AND a2.admin2_code = k.admin2_code
WHERE k.latitude IS NOT NULL;
CREATE TABLE names AS
WITH spelled AS (
    SELECT
        geonameid,
        unnest([name, coalesce(asciiname, '')] || string_split(coalesce(alternatenames, ''), ',')) AS name
    FROM kept
), folded AS (
    SELECT
        geonameid,
        trim(regexp_replace(strip_accents(lower(name)), '[^a-z0-9]+', ' ', 'g')) AS folded
    FROM spelled
)
SELECT DISTINCT folded, geonameid
FROM folded
WHERE length(folded) >= 2 AND geonameid IN (SELECT geonameid FROM places)
ORDER BY folded;
