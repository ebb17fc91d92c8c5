using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers;

/// <summary>Fits pipelines that validate on raw rows.</summary>
public static class ValidatedPipelines
{
    /// <summary>
    /// Fits the preparing estimators to the training rows only, prepares both views with them, trains on the one and validates on the other
    /// after every epoch. A plain <c>Append</c> and <c>Fit</c> can't take validation rows that aren't prepared yet.
    /// </summary>
    /// <param name="preparation">The estimators before the trainer; keys, vocabularies and scales come from the training rows.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="trainingData">Raw training rows.</param>
    /// <param name="validationData">Raw rows to validate on, with the same columns.</param>
    /// <returns>The prepared pipeline with the trained model at its end; more transformers can be appended.</returns>
    /// <inheritdoc cref="NetworkTrainer{TTrained}.Fit(IDataView, IDataView)" path="/*[not(self::param)]"/>
    public static TransformerChain<TTransformer> FitWithValidation<TTransformer>(
        this IEstimator<ITransformer> preparation, NetworkTrainer<TTransformer> trainer, IDataView trainingData, IDataView validationData)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(preparation);
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(trainingData);
        ArgumentNullException.ThrowIfNull(validationData);
        var prepared = preparation.Fit(trainingData);
        var trained = trainer.Fit(prepared.Transform(trainingData), prepared.Transform(validationData));
        return new TransformerChain<TTransformer>(prepared, trained);
    }
}
