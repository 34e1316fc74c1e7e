UPDATE member
SET email = lower((SELECT max(email) FROM contact WHERE contact.name = member.name));
