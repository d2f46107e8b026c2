-- DropIndex
DROP INDEX "Station_orgId_name_key";

-- By hand, since Prisma knows no partial index: an ended station keeps its name and holds nobody from taking it.
CREATE UNIQUE INDEX "Station_live_name_key" ON "Station"("orgId", "name") WHERE "status" IN ('pending', 'approved');
