using Cppo.Stages;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Documents one configuration key. Together with the property's type and initial value it is the only source of the loader's
/// checks, of <c>pipeline.schema.json</c> and of <c>docs/configuration.md</c>.
/// </summary>
/// <param name="doc">One line: what the key means.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string doc) : Attribute
{
    public string Doc { get; } = doc;

    /// <summary>Smallest number allowed; NaN: the type's.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Largest number allowed; NaN: the type's.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>What a number counts: tokens, updates, ...</summary>
    public string Unit { get; init; } = "";

    /// <summary>The only texts allowed; empty: any. Those of <see cref="Table"/> where it is stated.</summary>
    public string[] Choices
    {
        get => Table is null ? field : [.. Described.Select(choice => choice.Name)];
        init;
    } = [];

    /// <summary>An F# module whose <c>table</c> holds the only texts allowed, with what each means; null: none does.</summary>
    public Type? Table { get; init; }

    /// <summary>The choices of <see cref="Table"/>; empty where it is not stated.</summary>
    public NamedChoice[] Described =>
        Table is null ? []
        : Table.GetProperty("table")?.GetValue(null) is IChoices table ? table.Choices
        : throw new InvalidOperationException($"{Table.FullName} has no value named table that is a Table of choices.");

    /// <summary>Whether a text that is none of the choices may match <see cref="Pattern"/> instead.</summary>
    public bool AlsoPattern { get; init; }

    /// <summary>Regular expression that a text, or each text of a list, must match; empty: any.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Whether a text, a map or a nullable number is written only where it holds something.</summary>
    public bool OmitEmpty { get; init; }

    /// <summary>The pattern in words, as the remedy of a fault: "write ...".</summary>
    public string PatternHint { get; init; } = "";
}
