namespace Cppo.Chaos.Runs;

/// <summary>What can happen to the bytes of a file.</summary>
internal static class Damage
{
    private const int Tail = 16;

    /// <summary>Every damage by its name: of a file at a path; a place 0 .. 1 says where, for those that can be anywhere.</summary>
    public static IReadOnlyDictionary<string, Action<string, double>> All { get; } =
        new Dictionary<string, Action<string, double>>
        {
            ["missing"] = (path, _) => File.Delete(path),
            ["empty"] = (path, _) => Cut(path, 0),
            ["truncated"] = (path, place) => Cut(path, (long)(place * Length(path))),
            ["short"] = (path, _) => Cut(path, Length(path) - 1),
            ["long"] = (path, _) => File.AppendAllText(path, "\0"),
            ["zeroed"] = (path, place) => Zero(path, (long)(place * Length(path))),
            ["zeroed-end"] = (path, _) => Zero(path, Math.Max(0, Length(path) - Tail)),
            ["flip-first"] = (path, place) => Flip(path, place * Math.Min(1, (double)Tail / Length(path))),
            ["flip"] = Flip,
            ["flip-last"] = (path, place) => Flip(path, 1 - (place * Math.Min(1, (double)Tail / Length(path)))),
        };

    /// <summary>Changes one bit at a place 0 .. 1 of a file; nothing in an empty one.</summary>
    public static void Flip(string path, double place)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length > 0)
        {
            double at = place * bytes.Length;
            int index = Math.Min((int)at, bytes.Length - 1);
            bytes[index] ^= (byte)(1 << (int)((at - Math.Floor(at)) * 8));
            File.WriteAllBytes(path, bytes);
        }
    }

    private static long Length(string path) => new FileInfo(path).Length;

    private static void Cut(string path, long length)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
        stream.SetLength(Math.Max(0, length));
    }

    private static void Zero(string path, long from)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Array.Clear(bytes, (int)from, bytes.Length - (int)from);
        File.WriteAllBytes(path, bytes);
    }
}
