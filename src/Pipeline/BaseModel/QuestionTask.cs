namespace Cppo.Pipeline.BaseModel;

/// <summary>A test set of a task.</summary>
/// <param name="FileName">Without its folder: <c>test.csv</c>.</param>
/// <param name="Count">Its questions, unless told otherwise.</param>
/// <param name="Stream">Where its keys begin: every file has a stream of its own, so that each can grow without the others.</param>
/// <param name="Create">Makes the problem of a seed and a key.</param>
internal sealed record TestSet(string FileName, int Count, long Stream, Func<ulong, long, Problem> Create);

/// <summary>A task with a base model of its own: what its questions are, and what the base model is used to.</summary>
internal sealed record QuestionTask
{
    /// <summary>The stream of <c>test.csv</c>.</summary>
    public const long TestStream = 1L << 40;

    /// <summary>As <c>questions --task</c> names it.</summary>
    public required string Name { get; init; }

    /// <summary>What it asks, in one line.</summary>
    public required string Doc { get; init; }

    /// <summary>The directory of its questions in the repository.</summary>
    public required string Directory { get; init; }

    /// <summary>Makes the problem of a seed and a key, to train on and for the first test set.</summary>
    public required Func<ulong, long, Problem> Create { get; init; }

    /// <summary>How a completion shows an answer.</summary>
    public Func<string, string> Show { get; init; } = answer => answer;

    /// <summary>Training questions, unless told otherwise.</summary>
    public required int Train { get; init; }

    /// <summary>Questions of <c>test.csv</c>, unless told otherwise.</summary>
    public required int Test { get; init; }

    /// <summary>Further test sets.</summary>
    public IReadOnlyList<TestSet> FurtherTests { get; init; } = [];

    /// <summary>Supervised examples that teach calculating, and the habits that they have, for each manner of asking.</summary>
    public required (int Count, HabitMix[] Habits) Schooling { get; init; }

    /// <summary>Supervised examples of the base model's own habits, for each manner of asking.</summary>
    public required (int Count, HabitMix[] Habits) Everyday { get; init; }
}
