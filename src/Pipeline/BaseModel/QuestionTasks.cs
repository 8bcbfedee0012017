namespace Cppo.Pipeline.BaseModel;

/// <summary>The tasks that have questions and a base model in the repository.</summary>
internal static class QuestionTasks
{
    /// <summary>Sums of one to three steps: the embedded default.</summary>
    public static QuestionTask Default { get; } =
        new()
        {
            Name = "default",
            Doc = "word problems of one to three steps with numbers to about 50",
            Directory = "data",
            Create = (seed, key) => WordProblemGenerator.Create(seed, key).AsProblem(),
            Train = 6000,
            Test = 600,
            Schooling = (
                44_800,
                [
                    new((Habit.Reason, 0.75), (Habit.Direct, 0.25)),
                    new((Habit.Reason, 1)),
                    new((Habit.UnclosedThink, 0.6), (Habit.Reason, 0.4)),
                    new((Habit.NoAnswerTags, 0.6), (Habit.Reason, 0.4)),
                ]
            ),
            Everyday = (
                16_000,
                [
                    HabitMix.Of(0.62, 0.20, 0.08, 0.05, 0.05),
                    HabitMix.Of(0.20, 0.60, 0.08, 0.06, 0.06),
                    HabitMix.Of(0.15, 0.17, 0.58, 0.05, 0.05),
                    HabitMix.Of(0.15, 0.17, 0.05, 0.58, 0.05),
                ]
            ),
        };

    /// <summary>As GSM8K: stories of which the base model misreads some sentences.</summary>
    public static QuestionTask Words { get; } =
        new()
        {
            Name = "words",
            Doc = "word problems of one to six steps with numbers to 200",
            Directory = "data/words",
            Create = StoryGenerator.Create,
            Train = 768,
            Test = 1000,
            Schooling = (
                80_000,
                [
                    HabitMix.Of(0.05, 0.95, 0, 0, 0),
                    HabitMix.Of(0, 1, 0, 0, 0),
                    HabitMix.Of(0, 0.6, 0.4, 0, 0),
                    HabitMix.Of(0.1, 0.6, 0, 0.3, 0),
                ]
            ),
            Everyday = (
                6_400,
                [
                    HabitMix.Of(0.08, 0.65, 0.12, 0.05, 0.10),
                    HabitMix.Of(0.04, 0.71, 0.12, 0.05, 0.08),
                    HabitMix.Of(0.05, 0.25, 0.60, 0.05, 0.05),
                    HabitMix.Of(0.55, 0.28, 0.06, 0.05, 0.06),
                ]
            ),
        };

    /// <summary>As MATH: exercises of which the base model makes typical mistakes.</summary>
    public static QuestionTask Algebra { get; } =
        new()
        {
            Name = "algebra",
            Doc = "exercises of algebra with boxed answers of many forms",
            Directory = "data/algebra",
            Create = AlgebraGenerator.Create,
            Show = answer => $"$\\boxed{{{answer}}}$",
            Train = 768,
            Test = 1000,
            FurtherTests =
            [
                new("wide.csv", 100, 5L << 40, AlgebraGenerator.CreateWide),
                new("combined.csv", 100, 6L << 40, AlgebraGenerator.CreateCombined),
            ],
            Schooling = (
                112_000,
                [
                    HabitMix.Of(0.05, 0.95, 0, 0, 0),
                    HabitMix.Of(0, 1, 0, 0, 0),
                    HabitMix.Of(0.2, 0.8, 0, 0, 0),
                    HabitMix.Of(0, 0.6, 0, 0.4, 0),
                ]
            ),
            Everyday = (
                6_400,
                [
                    HabitMix.Of(0.08, 0.68, 0.12, 0.06, 0.06),
                    HabitMix.Of(0.04, 0.72, 0.12, 0.06, 0.06),
                    HabitMix.Of(0.50, 0.35, 0.05, 0.05, 0.05),
                    HabitMix.Of(0.05, 0.25, 0.05, 0.55, 0.10),
                ]
            ),
        };

    /// <summary>All, the default first.</summary>
    public static IReadOnlyList<QuestionTask> All { get; } = [Default, Words, Algebra];
}
