UPDATE member
SET email = (SELECT email FROM contact WHERE contact.name = member.name);
