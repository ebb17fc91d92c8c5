using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="SpeechFeaturizingTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SpeechMapping : CustomMappingFactory<SpeechMapping.Source, SpeechMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.SpeechFeatures";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Samples = SavedChain.Prefix + "samples", Features = SavedChain.Prefix + "speech";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<(string Column, LogMel Mel)>(bytes => JsonSerializer.Deserialize<Settings>(bytes)!
            is var read ? (read.Column, new LogMel(read.Options)) : default);
        return (row, result) =>
        {
            var (column, mel) = settings.Get(row.Payload);
            VBuffer<float> value = default;
            Write(mel, [.. row.Samples.DenseValues()], $"Column '{column}'", ref value);
            result.Features = value;
        };
    }

    internal static void Write(LogMel mel, float[] samples, string place, ref VBuffer<float> value)
    {
        var features = mel.Write(samples, place);
        var editor = VBufferEditor.Create(ref value, features.Length);
        features.CopyTo(editor.Values);
        value = editor.Commit();
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(string Column, SpeechOptions Options);

    /// <summary>The column read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(SpeechMapping.Samples)]
        public VBuffer<float> Samples { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(SpeechMapping.Features)]
        public VBuffer<float> Features { get; set; }
    }
}
