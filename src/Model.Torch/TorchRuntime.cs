using Cppo.Model.Engine;
using Cppo.Model.Torch.Native;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>Starts libtorch and finds the device that the settings name.</summary>
internal static class TorchRuntime
{
    /// <summary>Why the torch engine cannot run on this machine, or null where it can.</summary>
    internal static string? Unavailable => LibTorch.Unavailable;

    /// <summary>The CUDA devices of this machine that this build's libtorch can use.</summary>
    internal static int NumCudaDevices => Unavailable is null && LibTorch.HasCuda && cuda.is_available() ? cuda.device_count() : 0;

    /// <summary>Sets the number of CPU threads and returns the device.</summary>
    /// <exception cref="EngineUnavailableException">There is no native library, or no such device.</exception>
    internal static Device Start(EngineSettings settings)
    {
        if (Unavailable is { } reason)
        {
            throw new EngineUnavailableException(reason);
        }

        // More threads than cores only wait for each other.
        set_num_threads(settings.Threads > 0 ? Math.Min(settings.Threads, Environment.ProcessorCount) : Environment.ProcessorCount);
        if (settings.Device == "cpu")
        {
            return device("cpu");
        }

        string index =
            settings.Device == "cuda" ? "0"
            : settings.Device.StartsWith("cuda:", StringComparison.Ordinal) ? settings.Device[5..]
            : "";
        if (!int.TryParse(index, out int gpu) || gpu < 0)
        {
            throw new EngineUnavailableException($"The device '{settings.Device}' is unknown; write cpu or cuda:N.");
        }

        if (!LibTorch.HasCuda)
        {
            throw new EngineUnavailableException(
                $"The device '{settings.Device}' needs a libtorch with CUDA, and this build's has none. Build it in: dotnet run "
                    + "-p:CppoTorch=cuda -- pipeline.json"
            );
        }

        int count = NumCudaDevices;
        return gpu < count
            ? device($"cuda:{gpu}")
            : throw new EngineUnavailableException(
                $"The device '{settings.Device}' is not there: libtorch sees {count} CUDA devices on this machine; `nvidia-smi` lists them."
            );
    }
}
