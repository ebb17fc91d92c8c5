using System.Data.Common;

namespace MLSeqGraph.Experiments;

/// <summary>Statements of a transaction, with parameters by name.</summary>
internal static class Statements
{
    /// <returns>The number of rows that changed.</returns>
    internal static int Execute(this DbTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(transaction, sql, parameters);
        return command.ExecuteNonQuery();
    }

    internal static object? Scalar(this DbTransaction transaction, string sql,
        params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(transaction, sql, parameters);
        return command.ExecuteScalar();
    }

    internal static List<T> Query<T>(this DbTransaction transaction, string sql, Func<DbDataReader, T> read,
        params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(transaction, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static DbCommand Command(DbTransaction transaction, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value ?? DBNull.Value;
            if (value is null && parameter is Npgsql.NpgsqlParameter typed)
                typed.NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Unknown;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
