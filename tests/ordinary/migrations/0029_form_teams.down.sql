-- Nobody leads, then nobody is a member, then there is no team.
UPDATE team SET lead_id = NULL WHERE lead_id IS NOT NULL;
DROP TABLE team_member;
DROP TABLE team;
