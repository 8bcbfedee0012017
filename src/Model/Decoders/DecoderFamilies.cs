namespace Cppo.Model.Decoders;

/// <summary>The families that can be run; a further one is a file and a line here.</summary>
public static class DecoderFamilies
{
    /// <summary>All of them, each known by its <see cref="DecoderFamily.ModelType"/>.</summary>
    public static IReadOnlyList<DecoderFamily> All { get; } = [Qwen2Family.Family, Qwen3Family.Family, LlamaFamily.Family];

    /// <summary>The family of the embedded model.</summary>
    public static DecoderFamily Qwen2 => Qwen2Family.Family;
}
