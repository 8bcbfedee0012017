namespace Cppo.Pipeline.Configuration;

/// <summary>A low-rank adapter that is trained instead of the weights.</summary>
public sealed record LoraConfig
{
    [Key("Rank of the change of each target module; 0: no adapter, all weights are trained.", Min = 0, Max = 1024)]
    public int Rank { get; init; }

    [Key("The change is scaled by `alpha` / `rank`.", Min = 1e-3, Max = 1e6)]
    public double Alpha { get; init; } = 32;

    [Key(
        "The linear layers that change, under PEFT's names.",
        Choices = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
    )]
    public string[] TargetModules { get; init; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
}
