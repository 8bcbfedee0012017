namespace Cppo.Pipeline.Configuration;

/// <summary>The questions to train and to test on.</summary>
public sealed record DataConfig
{
    [Key("The questions to train on.")]
    public DatasetConfig Train { get; init; } = new();

    [Key("The questions to evaluate on; needed where an evaluation is on.")]
    public DatasetConfig Test { get; init; } = new();

    [Key("Shuffle the training questions anew in every epoch, by `run.seed`.")]
    public bool Shuffle { get; init; } = true;
}

/// <summary>One dataset.</summary>
public sealed record DatasetConfig
{
    [Key(
        "A .csv, .jsonl or .parquet file with one question a row, or a .json file that is an array of them; or the hub's name "
            + "of one that `get` has fetched, ORG/NAME or datasets/ORG/NAME@REVISION/FILE."
    )]
    public string Path { get; init; } = "";

    [Key("`auto` goes by the extension of the path.", Choices = ["auto", "csv", "jsonl", "json", "parquet"])]
    public string Format { get; init; } = "auto";

    [Key(
        "Column that holds the question: a text, or a chat as a list of messages with `role` and `content`, whose last one is the user's. "
            + "A system message of a chat stands in for that of `prompt.template`.",
        Pattern = "\\S",
        PatternHint = "the name of a column"
    )]
    public string QuestionColumn { get; init; } = "question";

    [Key(
        "Column that holds the gold answer, a member of a structure by dots (`reward_model.ground_truth`); of GSM8K's worked solutions the "
            + "part after #### counts.",
        Pattern = "\\S",
        PatternHint = "the name of a column"
    )]
    public string AnswerColumn { get; init; } = "answer";

    [Key(
        "A row with an empty answer: `refuse` stops before anything is loaded; `allow` takes it, and a question that an accuracy reward "
            + "needs the answer of is dropped from training with a reason and counted.",
        Choices = ["refuse", "allow"]
    )]
    public string EmptyAnswers { get; init; } = "refuse";

    [Key("Column that holds a unique id; empty: ids are \"file-name:row\".")]
    public string IdColumn { get; init; } = "";

    [Key("Read only the first rows; 0: all.", Min = 0, Max = int.MaxValue, Unit = "rows")]
    public int Limit { get; init; }
}
