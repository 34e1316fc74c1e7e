DROP VIEW ticket_list;

CREATE VIEW ticket_list AS
SELECT
    ticket.id,
    project."key" || '-' || ticket.number AS code,
    ticket.title,
    ticket.state,
    person.display_name AS assignee,
    (SELECT count(*) FROM comment WHERE comment.ticket_id = ticket.id) AS comments
FROM ticket
JOIN project ON project.id = ticket.project_id
LEFT JOIN person ON person.id = ticket.assignee_id;
