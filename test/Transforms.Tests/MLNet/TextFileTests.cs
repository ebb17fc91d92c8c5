using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

/// <summary>Writes text files for tests to load.</summary>
public abstract class TextFileTests
{
    protected MLContext Ml { get; } = new(seed: 1);
    private readonly List<string> _files = [];

    [TestCleanup]
    public void DeleteFiles() => _files.ForEach(File.Delete);

    protected string Write(string text)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, text);
        _files.Add(path);
        return path;
    }

    protected IDataView Load(string text, TextLoader.Options options) => Ml.Data.LoadFromTextFile(Write(text), options);

    protected static TextLoader.Options Options(params TextLoader.Column[] columns) => new() { Columns = columns };

    protected static float[][] Floats(IDataView data, string name) => data.Vectors<float>(name);
}
