-- A view is replaced as a whole.

DROP VIEW ticket_list;

CREATE VIEW ticket_list AS
SELECT
    ticket.id,
    project."key" || '-' || ticket.number AS code,
    ticket.title,
    ticket.state,
    priority.name AS priority,
    person.display_name AS assignee,
    (SELECT count(*) FROM comment WHERE comment.ticket_id = ticket.id) AS comments
FROM ticket
JOIN project ON project.id = ticket.project_id
JOIN priority ON priority.level = ticket.priority
LEFT JOIN person ON person.id = ticket.assignee_id;
