using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Makes the trainers of image networks: <c>ml.Images()</c>. They are those of <see cref="SequencesCatalog"/> with a network for images,
/// with the same options, output columns, evaluators, saving and exporting.
/// </summary>
/// <remarks>
/// An image is a vector of Single with height · width · channels elements, row by row, the channels of a pixel together; bytes become
/// Single by <c>ConvertType</c>.
/// <list type="table">
/// <listheader><term>Task</term><description>Label; output columns; loss</description></listheader>
/// <item><term><see cref="Classification"/></term><description>A key; <c>PredictedLabel</c> (key), <c>Score</c> [classes]: probabilities;
/// cross-entropy.</description></item>
/// <item><term><see cref="BinaryClassification"/></term><description>Boolean; <c>PredictedLabel</c> (Boolean), <c>Score</c> (logit),
/// <c>Probability</c>; binary cross-entropy.</description></item>
/// <item><term><see cref="Regression"/></term><description>Single or [outputs]; <c>Score</c> of the label's shape; mean squared, mean
/// absolute or Huber.</description></item>
/// <item><term><see cref="Captioning"/></term><description>A vector of keys, the words of a sentence; <c>PredictedLabel</c>, a vector of
/// keys, <c>Score</c>; cross-entropy of the next word.</description></item>
/// <item><term><see cref="MaskedPretraining"/></term><description>None; weights that the others start from; mean squared difference of
/// masked patches.</description></item>
/// </list>
/// For more options make <c>ml.Sequences()</c>' options with <c>Network</c> set to one of <see cref="ImageNetwork"/>.
/// </remarks>
public sealed class ImagesCatalog
{
    private readonly MLContext _ml;

    internal ImagesCatalog(MLContext ml) => _ml = ml;

    /// <summary>Predicts one of several classes for each image.</summary>
    /// <param name="network">One of <see cref="ImageNetwork"/>, which knows the images' size.</param>
    /// <param name="labelColumnName">The column of labels: keys.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public SequenceClassificationTrainer Classification(SequenceNetwork network, string labelColumnName = "Label",
        string imageColumnName = "Features", int epochs = 40) =>
        _ml.Sequences().Classification(With(new SequenceClassificationTrainer.Options(), network, labelColumnName, imageColumnName,
            epochs));

    /// <summary>Predicts true or false for each image.</summary>
    /// <param name="network">One of <see cref="ImageNetwork"/>, which knows the images' size.</param>
    /// <param name="labelColumnName">The column of labels: Booleans, or keys of two values of which the second is positive.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public SequenceBinaryClassificationTrainer BinaryClassification(SequenceNetwork network, string labelColumnName = "Label",
        string imageColumnName = "Features", int epochs = 40) =>
        _ml.Sequences().BinaryClassification(With(new SequenceBinaryClassificationTrainer.Options(), network, labelColumnName,
            imageColumnName, epochs));

    /// <summary>Predicts a number, or a vector of numbers, for each image.</summary>
    /// <param name="network">One of <see cref="ImageNetwork"/>, which knows the images' size.</param>
    /// <param name="labelColumnName">The column of targets: Single, or vectors of Single.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public SequenceRegressionTrainer Regression(SequenceNetwork network, string labelColumnName = "Label",
        string imageColumnName = "Features", int epochs = 40) =>
        _ml.Sequences().Regression(With(new SequenceRegressionTrainer.Options(), network, labelColumnName, imageColumnName, epochs));

    /// <summary>
    /// Writes a sentence about each image (Vinyals et al. 2015; with attention to its parts Xu et al. 2015).
    /// <c>OutputAttention</c> of the options gives where each word looked.
    /// </summary>
    /// <param name="network">The network that reads images, one of <see cref="ImageNetwork"/>, which knows their size.</param>
    /// <param name="decoder">The network that writes; null for a Transformer.</param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="targetColumnName">The column of sentences: vectors of keys.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public TranslationTrainer Captioning(SequenceNetwork network, SequenceDecoder? decoder = null, string imageColumnName = "Features",
        string targetColumnName = "Target", int epochs = 40) =>
        _ml.Sequences().Translation(imageColumnName, targetColumnName, Checked(network), decoder, epochs);

    /// <summary>
    /// Trains a network, without labels, to tell masked patches of images from the others (Xie et al. 2022). The trainers here start from
    /// its weights: <see cref="SequenceTrainerOptions.Pretrained"/>.
    /// </summary>
    /// <param name="network">
    /// <see cref="ImageNetwork.VisionTransformer"/> or <see cref="ImageNetwork.Mixer"/>, which knows the images' size.
    /// </param>
    /// <param name="imageColumnName">The column of images.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <param name="maskedFraction">Share of each image's patches that is masked, anew in every epoch.</param>
    public MaskedPretrainingTrainer MaskedPretraining(SequenceNetwork network, string imageColumnName = "Features", int epochs = 40,
        float maskedFraction = 0.5f) => _ml.Sequences().MaskedPretraining(new()
        {
            Network = Checked(network), SequenceColumnName = imageColumnName, Epochs = epochs, MaskedFraction = maskedFraction,
        });

    private static SequenceNetwork Checked(SequenceNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Image is not null ? network
            : throw new ArgumentException($"The network '{network.Name}' reads sequences of any length; expected one of "
                + $"{nameof(ImageNetwork)}.", nameof(network));
    }

    private static T With<T>(T options, SequenceNetwork network, string label, string image, int epochs) where T : SequenceTrainerOptions
    {
        (options.Network, options.LabelColumnName, options.SequenceColumnName, options.Epochs) = (Checked(network), label, image, epochs);
        return options;
    }
}

/// <summary>Adds the trainers of image networks to ML.NET.</summary>
public static class ImagesExtensions
{
    /// <summary>Trainers of image networks.</summary>
    public static ImagesCatalog Images(this MLContext ml) => new(ml);
}
