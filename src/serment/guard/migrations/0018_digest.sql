-- The auditor's daily digest names the staff. No column of a patient, and none that opens anything.
grant select (id, label, profession) on account to serment_auditor;
grant select (id, label) on unit to serment_auditor;
