-- A key that an older version has seen in use is proved: no station has to prove it once more.
UPDATE "StationKey" SET "provenAt" = "lastUsedAt" WHERE "lastUsedAt" IS NOT NULL AND "provenAt" IS NULL;
