namespace Cppo.Model.Engine;

/// <summary>An fp32 array with its Hugging Face parameter name.</summary>
/// <param name="Name">e.g. <c>model.layers.0.mlp.down_proj.weight</c>.</param>
/// <param name="Shape">Row-major dimensions.</param>
/// <param name="Values">As many as the product of the dimensions.</param>
public sealed record NamedArray(string Name, long[] Shape, float[] Values);
