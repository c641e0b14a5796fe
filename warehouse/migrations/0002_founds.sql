-- Mentions told in passing join a known event and found none.
ALTER TABLE store.mentions ADD COLUMN founds BOOLEAN DEFAULT true;
