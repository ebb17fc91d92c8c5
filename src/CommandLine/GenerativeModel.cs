using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary>A model that writes sequences, loaded.</summary>
internal sealed class GenerativeModel : IDisposable
{
    private readonly GenerativeTransformer? _transformer;

    /// <exception cref="InvalidDataException">A pipeline has no such model.</exception>
    internal GenerativeModel(GenerativeFiles files)
    {
        if (!files.IsZip)
        {
            MustWrite(files.Decoder);
            Generator = SequenceGenerator.Load(files.Decoder, files.Encoder);
            return;
        }
        _transformer = TransformerParts.Of(new MLContext().Model.LoadSequenceGraph(files.Decoder, out _)).OfType<GenerativeTransformer>()
            .FirstOrDefault() ?? throw new InvalidDataException($"The pipeline in '{files.Decoder}' has no language model or translator: "
                + $"it is {Kinds(files.Decoder)}.");
        Generator = _transformer.Generator;
    }

    internal SequenceGenerator Generator { get; }

    private static string KindOf(ModelInfo info) => $"a model of {info.Rows.Name()} for {(info.Forecast is null ? $"{info.Task}"
        : "forecasts")}";

    private static string Kinds(string path) => string.Join(" → ", TransformerParts.Of(new MLContext().Model.LoadSequenceGraph(path,
        out _)).Select(part => part is ModelTransformer model ? KindOf(model.Info) : part.GetType().Name));

    // What a file of another kind is, and which command is for it.
    private static void MustWrite(string path)
    {
        var metadata = OnnxFile.ReadMetadata(path);
        if (!metadata.ContainsKey(ModelFormat.FormatKey) || ModelInfo.Read(metadata, $"'{path}'") is not { } info
            || info.Task is ModelTask.LanguageModel or ModelTask.Translation)
            return;
        throw new InvalidDataException($"'{path}' is {KindOf(info)}; expected a language model or translator. "
            + (info.Forecast is not null ? "mlsg forecast --model is for it." : "mlsg inspect says what it reads and gives."));
    }

    public void Dispose()
    {
        if (_transformer is not null)
            _transformer.Dispose();
        else
            Generator.Dispose();
    }
}
