using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="StrokeFeaturizingTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class StrokeMapping : CustomMappingFactory<StrokeMapping.Source, StrokeMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.StrokeFeatures";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Points = SavedChain.Prefix + "points", Features = SavedChain.Prefix + "strokes";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<Settings>(bytes => JsonSerializer.Deserialize<Settings>(bytes)!);
        return (row, result) =>
        {
            var with = settings.Get(row.Payload);
            VBuffer<float> value = default;
            StrokeFeatures.Write([.. row.Points.DenseValues()], with.Options, $"Column '{with.Column}'", ref value);
            result.Features = value;
        };
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(string Column, StrokeOptions Options);

    /// <summary>The column read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(StrokeMapping.Points)]
        public VBuffer<float> Points { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(StrokeMapping.Features), VectorType(0, StrokeFeatures.Count)]
        public VBuffer<float> Features { get; set; }
    }
}
