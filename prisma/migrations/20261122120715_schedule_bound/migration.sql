-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "bound" DOUBLE PRECISION;
