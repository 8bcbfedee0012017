using System.Data;
using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;

namespace Cppo.Pipeline.View;

/// <summary>
/// DuckDB, in the memory of this process: reads the runs' Parquet files and keeps an index of their groups. It may open files below the
/// runs' directories only, loads no extension, writes no file, and holds no more memory than is set here. Texts of requests are
/// parameters of statements, never parts of them.
/// </summary>
internal sealed class GroupDatabase : IDisposable
{
    private const int MostMegabytes = 192;
    private const int MostThreads = 4;
    private readonly DuckDBConnection owner;

    private GroupDatabase(DuckDBConnection owner) => this.owner = owner;

    /// <summary>Opens it for the files below some directories.</summary>
    public static GroupDatabase Open(IEnumerable<string> directories)
    {
        var owner = new DuckDBConnection("DataSource=:memory:");
        owner.Open();
        var database = new GroupDatabase(owner);
        string allowed = string.Join(", ", directories.Select(path => Literal(path + Path.DirectorySeparatorChar)));
        int threads = Math.Clamp(Environment.ProcessorCount, 1, MostThreads);
        foreach (
            string statement in (string[])
                [
                    string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{MostMegabytes}MB'"),
                    string.Create(CultureInfo.InvariantCulture, $"SET threads = {threads}"),
                    "SET temp_directory = ''",
                    "SET enable_external_file_cache = false",
                    "SET autoinstall_known_extensions = false",
                    "SET autoload_known_extensions = false",
                    "SET allow_community_extensions = false",
                    $"SET allowed_directories = [{allowed}]",
                    "SET enable_external_access = false",
                    "SET lock_configuration = true",
                    GroupSql.Tables,
                ]
        )
        {
            Execute(owner, statement);
        }

        return database;
    }

    /// <summary>A further connection to the same tables; connections are used by one thread at a time.</summary>
    public DuckDBConnection Connect()
    {
        var connection = owner.Duplicate();
        if (connection.State != ConnectionState.Open)
        {
            connection.Open();
        }

        return connection;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public static void Execute(DuckDBConnection connection, string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = Command(connection, sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>The rows of a statement, as <paramref name="read"/> takes each.</summary>
    public static List<T> Rows<T>(
        DuckDBConnection connection,
        string sql,
        Func<DbDataReader, T> read,
        params (string Name, object? Value)[] parameters
    )
    {
        using var command = Command(connection, sql, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>A path as <c>read_parquet</c> takes it, which would otherwise find files by patterns.</summary>
    public static string Plain(string path) =>
        path.Replace("[", "[[]", StringComparison.Ordinal)
            .Replace("*", "[*]", StringComparison.Ordinal)
            .Replace("?", "[?]", StringComparison.Ordinal);

    public void Dispose() => owner.Dispose();

    private static DuckDBCommand Command(DuckDBConnection connection, string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(name, value ?? DBNull.Value));
        }

        return command;
    }

    /// <summary>Of directories that the user named on the command line; SET takes no parameters.</summary>
    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
