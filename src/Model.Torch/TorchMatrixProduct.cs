using System.Diagnostics;
using Cppo.Model.Engine;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>What a device reaches in a large matrix product: the yardstick of benchmarks.</summary>
internal static class TorchMatrixProduct
{
    private const int Repeats = 8;

    /// <summary>
    /// Floating-point operations a second, the best of some products of square matrices: 1,024 wide on a CPU, 8,192 on a GPU.
    /// </summary>
    internal static double Rate(EngineSettings settings)
    {
        var device = TorchRuntime.Start(settings);
        var type = settings.ComputeType == Engine.ComputeType.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        int size = device.type == TorchSharp.DeviceType.CPU ? 1024 : 8192;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (left, right) = (ones([size, size], type, device), ones([size, size], type, device));
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using var product = left.matmul(right);
            // A number on the host is there only when the device has finished.
            _ = HostArrays.Download(product.narrow(0, 0, 1).narrow(1, 0, 1));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * size * size * size / best;
    }
}
