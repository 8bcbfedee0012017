namespace Cppo.Pipeline.View;

/// <summary>
/// The statements. Fates and kinds are numbers: their places in <c>GroupFates.All</c> and <c>GroupKinds.All</c>, behind which come those
/// that are not known.
/// </summary>
internal static class GroupSql
{
    /// <summary>The index: a row a group with what lists show and sort by, and a row a completion with what is filtered by.</summary>
    public const string Tables = """
        CREATE TABLE completions(run INTEGER, file INTEGER, place INTEGER, reward DOUBLE, tokens INTEGER, fate TINYINT, kind TINYINT);
        CREATE TABLE groups(
          run INTEGER, file INTEGER, step INTEGER, place INTEGER, first_row BIGINT, size INTEGER, question_id VARCHAR, question VARCHAR,
          cut BOOLEAN, asked UBIGINT, distinct_texts INTEGER,
          fate0 INTEGER, fate1 INTEGER, fate2 INTEGER, fate3 INTEGER, fate4 INTEGER,
          kind0 INTEGER, kind1 INTEGER, kind2 INTEGER, kind3 INTEGER,
          reward_mean DOUBLE, reward_std DOUBLE, reward_min DOUBLE, reward_max DOUBLE, tokens_mean DOUBLE, tokens_max INTEGER,
          advantage_max DOUBLE)
        """;

    /// <summary>How many groups of a run there are.</summary>
    public const string All = "SELECT count(*) FROM groups WHERE run = $run";

    /// <summary>The columns of a file.</summary>
    public const string Columns = "SELECT DISTINCT name FROM parquet_schema($path)";

    /// <summary>The version that a file states.</summary>
    public const string Version = "SELECT decode(value) FROM parquet_kv_metadata($path) WHERE decode(key) = $key";

    /// <summary>A file's groups with their completions' aggregates; from <see cref="Scan"/>.</summary>
    public const string AddGroups = """
        INSERT INTO groups
        SELECT $run, $file, $step, place, min(line), count(*), arg_min(question_id, line), arg_min(question, line),
          arg_min(cut, line),
          arg_min(asked, line), count(DISTINCT words),
          count(*) FILTER (fate = 0), count(*) FILTER (fate = 1), count(*) FILTER (fate = 2), count(*) FILTER (fate = 3),
          count(*) FILTER (fate = 4),
          count(*) FILTER (kind = 0), count(*) FILTER (kind = 1), count(*) FILTER (kind = 2), count(*) FILTER (kind = 3),
          avg(reward) FILTER (isfinite(reward)), coalesce(stddev_samp(reward) FILTER (isfinite(reward)), 0),
          min(reward) FILTER (isfinite(reward)), max(reward) FILTER (isfinite(reward)),
          avg(tokens), max(tokens), max(abs(advantage)) FILTER (isfinite(advantage))
        FROM scanned GROUP BY place
        """;

    /// <summary>A file's completions; from <see cref="Scan"/>.</summary>
    public const string AddCompletions = "INSERT INTO completions SELECT $run, $file, place, reward, tokens, fate, kind FROM scanned";

    /// <summary>Forgets a file.</summary>
    public static readonly string[] Remove = ["DELETE FROM groups WHERE file = $file", "DELETE FROM completions WHERE file = $file"];

    /// <summary>The rows in which a text occurs, whatever its case.</summary>
    public const string Containing = """
        SELECT file_row_number FROM read_parquet($path, file_row_number = true, hive_partitioning = false)
        WHERE contains(lower(completion), lower($text)) OR contains(lower(question), lower($text)) OR contains(lower(answer), lower($text))
        """;

    /// <summary>Where the groups of a file begin, in the order of their places.</summary>
    public const string Beginnings = "SELECT first_row FROM groups WHERE file = $file ORDER BY place";

    /// <summary>The rows of a group.</summary>
    public const string GroupRows = """
        SELECT * FROM read_parquet($path, file_row_number = true, hive_partitioning = false)
        WHERE file_row_number >= $first AND file_row_number < $end ORDER BY file_row_number
        """;

    /// <summary>Where a group lies.</summary>
    public const string Find = "SELECT file, first_row, size FROM groups WHERE run = $run AND step = $step AND place = $place";

    /// <summary>The group before one.</summary>
    public const string Previous = """
        SELECT step, place FROM groups WHERE run = $run AND (step < $step OR (step = $step AND place < $place))
        ORDER BY step DESC, place DESC LIMIT 1
        """;

    /// <summary>The group after one.</summary>
    public const string Next = """
        SELECT step, place FROM groups WHERE run = $run AND (step > $step OR (step = $step AND place > $place))
        ORDER BY step, place LIMIT 1
        """;

    /// <summary>The groups of all runs with a group's question and answer, but for that one, near updates first.</summary>
    public static readonly string Others = $"""
        SELECT {Listed}, g.size AS matching, CAST(g.step AS DOUBLE) AS v, count(*) OVER () AS total FROM groups g
        WHERE g.asked = (SELECT asked FROM groups WHERE run = $run AND step = $step AND place = $place)
          AND NOT (g.run = $run AND g.step = $step AND g.place = $place)
        ORDER BY abs(g.step - $step), g.run, g.step, g.place LIMIT $limit
        """;

    /// <summary>What a list shows of a group.</summary>
    private const string Listed = "g.*";

    /// <summary>What lists are sorted by.</summary>
    public static readonly IReadOnlyDictionary<string, string> Sorts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["step"] = "CAST(g.step AS DOUBLE)",
        ["reward"] = "coalesce(g.reward_mean, -1e300)",
        ["spread"] = "coalesce(g.reward_std, -1e300)",
        ["tokens"] = "g.tokens_mean",
        ["kept"] = "CAST(g.fate0 AS DOUBLE)",
        ["advantage"] = "coalesce(g.advantage_max, -1e300)",
        ["distinct"] = "CAST(g.distinct_texts AS DOUBLE)",
    };

    /// <summary>
    /// Reads of a file what the index is made of. Each group begins with a completion 0; the format is judged by its reward, or by the text
    /// as the function of that reward does.
    /// </summary>
    /// <param name="columns">The columns that the file has; what is needed of those that it lacks is not known.</param>
    public static string Scan(IReadOnlySet<string> columns)
    {
        string format = columns.Contains("reward_format")
            ? "reward_format > 0"
            : @"regexp_matches(completion, '\A<think>(?s:.*)</think>\n<answer>(?s:.*)</answer>(?:\n|\z)')";
        string correct =
            columns.Contains("correct") ? "correct"
            : columns.Contains("reward_accuracy") ? "reward_accuracy > 0"
            : columns.Contains("reward_math_accuracy") ? "reward_math_accuracy > 0"
            : "NULL::BOOLEAN";
        return $"""
            CREATE OR REPLACE TEMP TABLE scanned AS
            SELECT file_row_number AS line,
              greatest(CAST(sum(CASE WHEN completion_index = 0 THEN 1 ELSE 0 END) OVER (ORDER BY file_row_number
                ROWS UNBOUNDED PRECEDING) AS INTEGER) - 1, 0) AS place,
              question_id, left(question, 200) AS question, length(question) > 200 AS cut, hash(question, answer) AS asked,
              hash(completion) AS words, reward, advantage, num_tokens AS tokens,
              CAST(CASE WHEN kept THEN 0 ELSE CASE drop_reason WHEN 'pruned' THEN 1 WHEN 'zero_advantage' THEN 2 WHEN 'no_room' THEN 3
                WHEN 'too_long' THEN 4 ELSE 5 END END AS TINYINT) AS fate,
              CAST(CASE WHEN ({correct}) IS NULL THEN 4
                WHEN ({format}) THEN CASE WHEN ({correct}) THEN 0 ELSE 2 END
                ELSE CASE WHEN ({correct}) THEN 3 ELSE 1 END END AS TINYINT) AS kind
            FROM read_parquet($path, file_row_number = true, hive_partitioning = false)
            """;
    }

    /// <summary>A page of groups.</summary>
    /// <param name="sort">A key of <see cref="Sorts"/>.</param>
    /// <param name="isDescending">By that; ties go by step and place.</param>
    /// <param name="ofCompletions">Whether completions are filtered.</param>
    public static string Page(string sort, bool isDescending, bool ofCompletions)
    {
        string v = Sorts[sort];
        string beyond = isDescending ? "<" : ">";
        return $"""
            SELECT {Listed}, {(ofCompletions ? "m.number" : "g.size")} AS matching, {v} AS v {From(ofCompletions)}
            AND (NOT $follows OR {v} {beyond} $v OR ({v} = $v AND (g.step > $step OR (g.step = $step AND g.place > $place))))
            ORDER BY v {(isDescending ? "DESC" : "ASC")}, g.step, g.place LIMIT $limit
            """;
    }

    /// <summary>How many groups a filter leaves.</summary>
    public static string Count(bool ofCompletions) => $"SELECT count(*) {From(ofCompletions)}";

    private static string From(bool ofCompletions)
    {
        string matching = ofCompletions
            ? """
                JOIN (SELECT file, place, count(*) AS number FROM completions
                  WHERE run = $run AND ((CAST($fates AS INTEGER) >> fate) & 1) = 1 AND ((CAST($kinds AS INTEGER) >> kind) & 1) = 1
                    AND reward >= $rewardMin AND reward <= $rewardMax AND tokens >= $tokensMin AND tokens <= $tokensMax
                  GROUP BY file, place) m ON m.file = g.file AND m.place = g.place
                """
            : "";
        return $"""
            FROM groups g {matching}
            WHERE g.run = $run AND g.step >= $stepMin AND g.step <= $stepMax AND ($question = '' OR g.question_id = $question)
            """;
    }
}
