using System.Text;
using MLSeqGraph.Transforms;

namespace FineTune;

/// <summary>A pre-trained model and its tokenizer.</summary>
internal sealed record PretrainedModel(string Name, byte[] Onnx, TextTokenizer Tokenizer)
{
    private const string Instead = ", or give a model of your own with --model FILE and --vocabulary FILE";

    /// <exception cref="IOException">A file is missing, or the package can't be fetched.</exception>
    internal static PretrainedModel Load(Options options)
    {
        if (options.Model is { } path)
            return new(Path.GetFileNameWithoutExtension(path), File.ReadAllBytes(path), TextTokenizer.LoadWordPieces(
                options.Vocabulary ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "vocab.txt")));
        return new("all-MiniLM-L6-v2", ModelPackage.Read("model.onnx", Instead),
            TextTokenizer.WordPieces(Encoding.UTF8.GetString(ModelPackage.Read("vocab.txt"))));
    }
}
