using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Finds out at which characters a fitted TokenizeIntoWords cuts: ML.NET doesn't show them.</summary>
internal static class WordSeparators
{
    private const char Letter = 'a';

    /// <summary>All characters at which the words of a text end.</summary>
    /// <param name="stage">The tokenizer.</param>
    /// <param name="output">The column it makes.</param>
    internal static char[] Of(PipelineStage stage, string output)
    {
        var source = stage.SourcesOf(output).Single();
        char[] candidates = [.. Enumerable.Range(0, char.MaxValue + 1).Select(code => (char)code).Where(c => !char.IsSurrogate(c))];
        var schema = SchemaDefinition.Create(typeof(Sample));
        schema[nameof(Sample.Text)].ColumnName = source;
        var samples = new MLContext().Data.LoadFromEnumerable(candidates.Select(c => new Sample { Text = $"{Letter}{c}{Letter}" }), schema);
        return [.. stage.Transformer.Transform(samples).GetColumn<string[]>(output).Zip(candidates)
            .Where(pair => pair.First.Length > 1).Select(pair => pair.Second)];
    }

    private sealed class Sample
    {
        public string Text { get; set; } = "";
    }
}
