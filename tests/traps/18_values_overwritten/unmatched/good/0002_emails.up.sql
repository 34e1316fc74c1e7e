UPDATE member
SET email = (SELECT email FROM contact WHERE contact.name = member.name)
WHERE EXISTS (SELECT 1 FROM contact WHERE contact.name = member.name);
