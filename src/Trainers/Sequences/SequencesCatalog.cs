using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Makes the trainers of sequence networks: <c>ml.Sequences()</c>.</summary>
/// <remarks>
/// A sequence is [time] tokens (keys, Int32 or Int64) or [time × features] Single. Every option of training, validation and scoring has
/// the same name in all of them.
/// <list type="table">
/// <listheader><term>Task</term><description>Input; label; output columns; loss</description></listheader>
/// <item><term><see cref="Classification(SequenceClassificationTrainer.Options)"/></term>
/// <description>A sequence per row; a key; <c>PredictedLabel</c> (key), <c>Score</c> [classes]: probabilities; cross-
/// entropy.</description></item>
/// <item><term><see cref="BinaryClassification(SequenceBinaryClassificationTrainer.Options)"/></term>
/// <description>A sequence per row; Boolean; <c>PredictedLabel</c> (Boolean), <c>Score</c> (logit), <c>Probability</c>; binary cross-
/// entropy.</description></item>
/// <item><term><see cref="Tagging(SequenceTaggingTrainer.Options)"/></term>
/// <description>A sequence per row; [time] keys; <c>PredictedLabel</c> [time] keys, <c>Score</c> [time × classes]; cross-entropy of
/// each step.</description></item>
/// <item><term><see cref="Alignment(SequenceAlignmentTrainer.Options)"/></term>
/// <description>A sequence per row; [labels] keys, up to one a step; <c>PredictedLabel</c> [found labels] keys, <c>Score</c>
/// [time × (classes + 1)]; connectionist temporal classification (CTC).</description></item>
/// <item><term><see cref="Regression(SequenceRegressionTrainer.Options)"/></term>
/// <description>A sequence per row; Single or [outputs]; <c>Score</c> of the label's shape; mean squared, mean absolute or
/// Huber.</description></item>
/// <item><term><see cref="Forecasting(ForecastingTrainer.Options)"/></term>
/// <description>A panel, a row a step; its own future; <c>Step</c>, <c>Target</c>, <c>Score</c>, <c>Quantiles</c>, a row a step ahead;
/// errors, quantiles or likelihoods.</description></item>
/// <item><term><see cref="LanguageModel(LanguageModelTrainer.Options)"/></term>
/// <description>Tokens; none; <c>Score</c> [time]: log-probability of each token in nats; cross-entropy of the next
/// token.</description></item>
/// <item><term><see cref="Translation(TranslationTrainer.Options)"/></term>
/// <description>Source tokens; target tokens; <c>PredictedLabel</c> [written tokens] keys, <c>Score</c>; cross-entropy of the next
/// target token.</description></item>
/// <item><term><see cref="MaskedPretraining(MaskedPretrainingTrainer.Options)"/></term>
/// <description>Tokens; none; weights that the trainers of classes, tags and numbers start from; cross-entropy of the masked
/// tokens.</description></item>
/// </list>
/// </remarks>
public sealed partial class SequencesCatalog
{
    private readonly MLContext _ml;

    internal SequencesCatalog(MLContext ml) => _ml = ml;

    /// <summary>Predicts one of several classes for each sequence.</summary>
    /// <param name="labelColumnName">The column of labels: keys.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for <see cref="SequenceNetwork.BySize"/>.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceClassificationTrainer Classification(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        Classification(With(new SequenceClassificationTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs,
            featureCount));

    /// <summary>Predicts one of several classes for each sequence.</summary>
    public SequenceClassificationTrainer Classification(SequenceClassificationTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts true or false for each sequence.</summary>
    /// <param name="labelColumnName">The column of labels: Booleans, or keys of two values of which the second is positive.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for <see cref="SequenceNetwork.BySize"/>.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceBinaryClassificationTrainer BinaryClassification(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        BinaryClassification(With(new SequenceBinaryClassificationTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs,
            featureCount));

    /// <summary>Predicts true or false for each sequence.</summary>
    public SequenceBinaryClassificationTrainer BinaryClassification(SequenceBinaryClassificationTrainer.Options options) =>
        new(_ml, options);

    /// <summary>Predicts one of several classes for each step.</summary>
    /// <param name="labelColumnName">The column of labels: vectors of keys, one per step.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for an LSTM.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceTaggingTrainer Tagging(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        Tagging(With(new SequenceTaggingTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs, featureCount));

    /// <summary>Predicts one of several classes for each step.</summary>
    public SequenceTaggingTrainer Tagging(SequenceTaggingTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts a number, or a vector of numbers, for each step.</summary>
    /// <param name="labelColumnName">The column of targets: vectors of Single, one per step, NaN where there is none.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for an LSTM.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceStepRegressionTrainer StepRegression(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        StepRegression(With(new SequenceStepRegressionTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs,
            featureCount));

    /// <summary>Predicts a number, or a vector of numbers, for each step.</summary>
    public SequenceStepRegressionTrainer StepRegression(SequenceStepRegressionTrainer.Options options) => new(_ml, options);

    /// <summary>Estimates missing numbers of series, NaN, from those around them; there is no label.</summary>
    /// <param name="sequenceColumnName">The column of series.</param>
    /// <param name="network">The network; null for a bidirectional GRU.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step; null to take them from the column, or 1.</param>
    public SequenceImputationTrainer Imputation(string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
        int? featureCount = null) =>
        Imputation(With(new SequenceImputationTrainer.Options(), "Label", sequenceColumnName, network, epochs, featureCount));

    /// <inheritdoc cref="Imputation(string, SequenceNetwork, int, int?)"/>
    public SequenceImputationTrainer Imputation(SequenceImputationTrainer.Options options) => new(_ml, options);

    /// <summary>
    /// Writes down the labels of each sequence, as in handwriting and speech recognition, from examples that don't say where each label
    /// stands (CTC).
    /// </summary>
    /// <param name="labelColumnName">The column of labels: vectors of keys, of any length.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for an LSTM.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceAlignmentTrainer Alignment(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        Alignment(With(new SequenceAlignmentTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs, featureCount));

    /// <inheritdoc cref="Alignment(string, string, SequenceNetwork, int, int?)"/>
    public SequenceAlignmentTrainer Alignment(SequenceAlignmentTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts a number, or a vector of numbers, for each sequence.</summary>
    /// <param name="labelColumnName">The column of targets: Single, or vectors of Single.</param>
    /// <param name="sequenceColumnName">The column of sequences.</param>
    /// <param name="network">The network; null for an LSTM.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features per step of a real-valued sequence; null to take them from the column, or 1.</param>
    public SequenceRegressionTrainer Regression(
        string labelColumnName = "Label", string sequenceColumnName = "Features", SequenceNetwork? network = null, int epochs = 20,
            int? featureCount = null) =>
        Regression(With(new SequenceRegressionTrainer.Options(), labelColumnName, sequenceColumnName, network, epochs, featureCount));

    /// <summary>Predicts a number, or a vector of numbers, for each sequence.</summary>
    public SequenceRegressionTrainer Regression(SequenceRegressionTrainer.Options options) => new(_ml, options);

    /// <summary>Learns from recorded trajectories what to do to reach a return that is asked for: a Decision Transformer.</summary>
    /// <param name="stateColumnName">The column of states.</param>
    /// <param name="actionColumnName">The column of actions: vectors of keys, or of Single.</param>
    /// <param name="returnColumnName">The column of returns to go; null to clone behaviour.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="featureCount">Features of a real-valued state; null to take them from the column, or 1.</param>
    public DecisionTrainer Decisions(string stateColumnName = "States", string actionColumnName = "Actions",
        string? returnColumnName = "Returns", int epochs = 20, int? featureCount = null) => Decisions(new DecisionTrainer.Options
        {
            SequenceColumnName = stateColumnName, LabelColumnName = actionColumnName, ReturnColumnName = returnColumnName,
            Epochs = epochs, FeatureCount = featureCount,
        });

    /// <inheritdoc cref="Decisions(string, string, string?, int, int?)"/>
    public DecisionTrainer Decisions(DecisionTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts the next token of sequences: a language model, which writes text.</summary>
    /// <param name="tokenColumnName">The column of tokens: vectors of keys, Int32 or Int64.</param>
    /// <param name="decoder">The network; null for a Transformer.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public LanguageModelTrainer LanguageModel(string tokenColumnName = "Features", SequenceDecoder? decoder = null, int epochs = 20)
    {
        var options = new LanguageModelTrainer.Options { TokenColumnName = tokenColumnName, Epochs = epochs };
        options.Decoder = decoder ?? options.Decoder;
        return LanguageModel(options);
    }

    /// <summary>Predicts the next token of sequences: a language model, which writes text.</summary>
    public LanguageModelTrainer LanguageModel(LanguageModelTrainer.Options options) => new(_ml, options);

    /// <summary>Predicts a token sequence from another: translation.</summary>
    /// <param name="sourceColumnName">The column of source tokens: vectors of keys, Int32 or Int64.</param>
    /// <param name="targetColumnName">The column of target tokens: vectors of keys.</param>
    /// <param name="encoder">The network that reads; null for a Transformer.</param>
    /// <param name="decoder">The network that writes; null for a Transformer.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public TranslationTrainer Translation(
        string sourceColumnName = "Source", string targetColumnName = "Target", SequenceNetwork? encoder = null,
            SequenceDecoder? decoder = null, int epochs = 20)
    {
        var options = new TranslationTrainer.Options { SourceColumnName = sourceColumnName, TargetColumnName = targetColumnName,
            Epochs = epochs };
        (options.Encoder, options.Decoder) = (encoder ?? options.Encoder, decoder ?? options.Decoder);
        return Translation(options);
    }

    /// <summary>Predicts a token sequence from another: translation.</summary>
    public TranslationTrainer Translation(TranslationTrainer.Options options) => new(_ml, options);

    /// <summary>
    /// Trains a network to predict masked tokens (Devlin et al. 2019), without labels; other trainers start from its weights
    /// (<see cref="SequenceTrainerOptions.Pretrained"/>).
    /// </summary>
    /// <param name="sequenceColumnName">The column of tokens.</param>
    /// <param name="network">The network; null for a Transformer.</param>
    /// <param name="epochs">Passes over the data.</param>
    public MaskedPretrainingTrainer MaskedPretraining(string sequenceColumnName = "Features", SequenceNetwork? network = null,
        int epochs = 20)
    {
        var options = new MaskedPretrainingTrainer.Options { SequenceColumnName = sequenceColumnName, Epochs = epochs };
        options.Network = network ?? options.Network;
        return MaskedPretraining(options);
    }

    /// <inheritdoc cref="MaskedPretraining(string, SequenceNetwork, int)"/>
    public MaskedPretrainingTrainer MaskedPretraining(MaskedPretrainingTrainer.Options options) => new(_ml, options);

    /// <summary>Makes a vector of each sequence of tokens by a pre-trained network, for search by meaning and as features.</summary>
    /// <param name="network">The network, of <see cref="SequenceNetwork.FromOnnx(string, OnnxNetworkOptions)"/>.</param>
    /// <param name="sequenceColumnName">The column of tokens.</param>
    public SequenceEmbeddingEstimator Embedding(SequenceNetwork network, string sequenceColumnName = "Features") =>
        Embedding(new() { Network = network, SequenceColumnName = sequenceColumnName });

    /// <inheritdoc cref="Embedding(SequenceNetwork, string)"/>
    public SequenceEmbeddingEstimator Embedding(SequenceEmbeddingEstimator.Options options) => new(options);

    private static T With<T>(T options, string label, string sequence, SequenceNetwork? network, int epochs, int? featureCount)
        where T : SequenceTrainerOptions
    {
        options.LabelColumnName = label;
        options.SequenceColumnName = sequence;
        options.Network = network ?? options.Network;
        options.Epochs = epochs;
        options.FeatureCount = featureCount;
        return options;
    }
}

/// <summary>Adds the trainers of sequence networks to ML.NET.</summary>
public static class SequencesExtensions
{
    /// <summary>Trainers of sequence networks.</summary>
    public static SequencesCatalog Sequences(this MLContext ml) => new(ml);
}
