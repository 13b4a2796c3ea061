"""The register of what patients ask of their own record: access, rectification, opposition, complaint; and its legal clock."""
