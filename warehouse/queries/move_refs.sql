UPDATE store.revisions SET raw_ref = m.new FROM moved_refs m WHERE raw_ref = m.old;
