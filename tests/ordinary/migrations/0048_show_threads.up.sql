CREATE VIEW comment_thread AS
WITH RECURSIVE thread (id, root_id, depth) AS (
    SELECT id, id, 0 FROM comment WHERE parent_id IS NULL
    UNION ALL
    SELECT comment.id, thread.root_id, thread.depth + 1
    FROM comment
    JOIN thread ON comment.parent_id = thread.id
    WHERE thread.depth < 100
)
SELECT thread.id, root_id, depth, body FROM thread JOIN comment USING (id);

CREATE VIEW label_use AS
SELECT label.name, count(ticket_label.ticket_id) AS tickets
FROM label
LEFT JOIN ticket_label ON ticket_label.label_id = label.id
GROUP BY label.id
HAVING count(*) > 0;
