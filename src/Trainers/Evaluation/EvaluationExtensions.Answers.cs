using Microsoft.ML;

namespace MLSeqGraph.Trainers;

public static partial class EvaluationExtensions
{
    /// <summary>
    /// Evaluates answers that are parts of texts: the share that is right from the first to the last token, and F1 of the tokens
    /// (Rajpurkar et al. 2016, by places and not by words).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as <see cref="QuestionAnsweringTrainer"/> gives them.</param>
    /// <param name="labelColumnName">The right answers: a vector of two Int32 or Int64, the first and the last token.</param>
    /// <param name="predictedLabelColumnName">The predictions: a vector of two Int64.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or one has no answer: the message names column and row.</exception>
    public static AnswerMetrics EvaluateAnswers(this SequencesCatalog catalog, IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return AnswerEvaluator.Evaluate(data, labelColumnName, predictedLabelColumnName, cancellationToken);
    }
}
