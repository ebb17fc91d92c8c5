using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Text;

namespace Microsoft.ML;

/// <summary>Works on text.</summary>
public static class TextCatalog
{
    /// <summary>Cuts text into words, at spaces unless separators are given.</summary>
    public static WordTokenizingEstimator TokenizeIntoWords(this TransformsCatalog.TextTransforms catalog, string outputColumnName,
        string inputColumnName = null, char[] separators = null) =>
        new(new WordTokenizingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName), separators ?? [' ']));
}
