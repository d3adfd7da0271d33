-- The estate's databases are made by its generator, so its user may make them.
CREATE USER 'aishell'@'%' IDENTIFIED WITH mysql_native_password BY 'aishell-test';
GRANT ALL PRIVILEGES ON *.* TO 'aishell'@'%';
