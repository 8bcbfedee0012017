using System.Text;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>A folder of datasets that a test makes and that goes with it.</summary>
public sealed class DatasetFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cppo-data-");

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text, new UTF8Encoding(false));
        return PathOf(name);
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public static Task<Question[]> ReadAsync(string path) => QuestionReader.ReadAsync(new DatasetConfig { Path = path }, default);

    public static async Task<string> FaultOfAsync(DatasetConfig dataset) =>
        (await Assert.ThrowsAsync<DataException>(() => QuestionReader.ReadAsync(dataset, default))).Message;

    public static Task<string> FaultOfAsync(string path) => FaultOfAsync(new DatasetConfig { Path = path });

    public void Dispose() => folder.Delete(recursive: true);
}
