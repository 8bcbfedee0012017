namespace Cppo.Model.Adapters;

/// <summary>
/// What a low-rank adapter (LoRA, Hu et al. 2021, arXiv 2106.09685) adds to a model: in each target module of each layer
/// y = W x + (alpha / rank) B (A x), with A [rank, in] and B [out, rank].
/// </summary>
/// <param name="Rank">At least 1.</param>
/// <param name="Alpha">Above 0.</param>
/// <param name="TargetModules">Some of <see cref="AdapterModules.Names"/>, each once, in any order.</param>
public sealed record AdapterSettings(int Rank, double Alpha, IReadOnlyList<string> TargetModules)
{
    /// <summary>alpha / rank.</summary>
    public double Scale => Alpha / Rank;

    /// <summary>Whether both mean the same adapter; the order of the modules does not count.</summary>
    public bool Means(AdapterSettings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rank == other.Rank && Alpha.Equals(other.Alpha) && TargetModules.ToHashSet().SetEquals(other.TargetModules);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"rank {Rank}, alpha {Alpha} on {string.Join(", ", AdapterModules.Names.Where(TargetModules.Contains))}"
        );
}

/// <summary>The linear layers that an adapter may change, under the names that PEFT has for them.</summary>
public static class AdapterModules
{
    /// <summary>In the order in which a layer computes them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Those that read the same input together, in the order in which their outputs lie side by side.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> Products { get; } =
    [
        ["q_proj", "k_proj", "v_proj"],
        ["o_proj"],
        ["gate_proj", "up_proj"],
        ["down_proj"],
    ];

    /// <summary>A module within its layer, e.g. <c>self_attn.q_proj</c>.</summary>
    internal static string InLayer(string name) => name is "gate_proj" or "up_proj" or "down_proj" ? $"mlp.{name}" : $"self_attn.{name}";
}
