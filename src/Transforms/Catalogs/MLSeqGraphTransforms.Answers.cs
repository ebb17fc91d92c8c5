using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Finds answers in texts, as labels of question answering: the first and the last token of each, counted from 0, a vector of two
    /// Int64. An answer that isn't a part of its text is an error when its row is read.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of places.</param>
    /// <param name="contextColumnName">The column of texts.</param>
    /// <param name="answerColumnName">The column of answers, text that stands in the text, whole tokens by their case.</param>
    /// <param name="startColumnName">
    /// A column of Int32, the character of the text where the answer begins, counted from 0, for texts in which it stands more than once;
    /// null for the first place.
    /// </param>
    /// <param name="kind">
    /// How
    /// <see cref="TokenizeText(TransformsCatalog, string, string?, TextTokenizationOptions?)"/> cuts the text: words or characters.
    /// </param>
    /// <exception cref="ArgumentException">A name is empty, or the kind is another one.</exception>
    public static AnswerFindingEstimator FindAnswers(this TransformsCatalog catalog, string outputColumnName, string contextColumnName,
        string answerColumnName, string? startColumnName = null, TextTokenizerKind kind = TextTokenizerKind.Words)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(outputColumnName, contextColumnName, answerColumnName, startColumnName, kind);
    }

    /// <summary>
    /// Cuts answers out of texts: from the first to the last token that a model of question answering predicts, as the text has it. A row
    /// that the model couldn't read gets an empty text.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of answers, text.</param>
    /// <param name="contextColumnName">The column of texts.</param>
    /// <param name="spanColumnName">The column of first and last tokens.</param>
    /// <param name="kind">How the text was cut: words or characters.</param>
    /// <exception cref="ArgumentException">A name is empty, or the kind is another one.</exception>
    public static AnswerCuttingEstimator CutAnswers(this TransformsCatalog catalog, string outputColumnName, string contextColumnName,
        string spanColumnName = ModelFormat.PredictedLabel, TextTokenizerKind kind = TextTokenizerKind.Words)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(outputColumnName, contextColumnName, spanColumnName, kind);
    }
}
