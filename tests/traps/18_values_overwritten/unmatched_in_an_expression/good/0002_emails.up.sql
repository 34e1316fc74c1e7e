UPDATE member
SET email = coalesce((SELECT lower(max(email)) FROM contact WHERE contact.name = member.name), email);
