-- The places of each name asked for, best known first.
SELECT
    n.folded,
    p.name,
    p.country,
    p.admin1,
    p.admin2,
    p.latitude,
    p.longitude,
    p.level,
    p.geonameid,
    p.population,
    'geonames' AS source
FROM (SELECT unnest($names::VARCHAR[]) AS folded) w
    JOIN names n USING (folded)
    JOIN places p USING (geonameid)
ORDER BY n.folded, p.population DESC, p.geonameid;
