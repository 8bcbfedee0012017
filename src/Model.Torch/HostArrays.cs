using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Copies between arrays and tensors.</summary>
internal static class HostArrays
{
    /// <summary>A vector of ids, positions or row numbers.</summary>
    internal static Tensor Upload(long[] values, Device device) => tensor(values, [values.Length], ScalarType.Int64, device);

    /// <summary>start, start + 1, ..., as many as <paramref name="count"/>.</summary>
    internal static Tensor Range(int start, int count, Device device) =>
        Upload([.. Enumerable.Range(start, count).Select(i => (long)i)], device);

    /// <summary>An fp32 vector.</summary>
    internal static Tensor Upload(float[] values, Device device) => tensor(values, [values.Length], ScalarType.Float32, device);

    /// <summary>All values in row-major order, as fp32.</summary>
    internal static float[] Download(Tensor values)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
