-- A rotation of the master key wraps the keys anew, and touches nothing else of their rows.
grant update (wrapped) on guard_key, patient_key to serment_guard;
-- At the end of retention the key, the identity and the ties of a patient go.
grant delete on patient_key, identity, tie to serment_guard;
