namespace Cppo.Pipeline.BaseModel;

/// <summary>Who and what word problems are about.</summary>
internal static class Cast
{
    /// <summary>Names with their pronouns.</summary>
    public static readonly (string Name, string Subject, string Object)[] People =
    [
        ("Tom", "He", "him"),
        ("Ana", "She", "her"),
        ("Ben", "He", "him"),
        ("Mia", "She", "her"),
        ("Sam", "He", "him"),
        ("Eva", "She", "her"),
        ("Max", "He", "him"),
        ("Lea", "She", "her"),
    ];

    /// <summary>What they count.</summary>
    public static readonly string[] Things = ["apples", "pears", "books", "coins", "cards", "eggs", "pens", "shells"];
}
