using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cppo.Pipeline.Hub;

/// <summary>The hash of a file while its bytes come in.</summary>
internal sealed class BlobHash : IDisposable
{
    private readonly IncrementalHash hash;

    /// <summary>Of no byte yet.</summary>
    public BlobHash(HubFile file)
    {
        hash = IncrementalHash.CreateHash(file.IsLarge ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        if (!file.IsLarge)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Size}\0")));
        }
    }

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => hash.AppendData(bytes);

    /// <summary>Of all bytes, in lower case.</summary>
    public string Digest() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public void Dispose() => hash.Dispose();
}
