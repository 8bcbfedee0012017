namespace Cppo.Pipeline.Configuration;

/// <summary>The model that the KL term holds the policy to.</summary>
public sealed record ReferenceConfig
{
    [Key(
        "Directory of the reference model, or the hub's name of one; empty: the starting weights are the reference. Not read where "
            + "`objective.beta` is 0."
    )]
    public string Path { get; init; } = "";

    [Key(
        "Number type of the reference's weights: `bf16` takes half the memory of `fp32`. The engine `torch` keeps them in "
            + "`model.computeType`, whichever of the two stands here.",
        Choices = ["fp32", "bf16"]
    )]
    public string Precision { get; init; } = "fp32";
}
