using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Networks for images. They are networks of sequences whose steps are the pixels: every trainer of sequences takes them, with the images
/// as its sequence column (<see cref="ImageShape"/>); <c>ml.Images()</c> is the short way.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Preset</term><description>What it is; shapes of steps and summary; paper</description></listheader>
/// <item><term><see cref="ConvNet"/></term><description>Pairs of 3 x 3 convolutions with normalized channels, each followed by a pooling,
/// and a hidden layer. Steps [positions, batch, channels], summary [batch, 4 · channels]. Simonyan and Zisserman
/// 2015.</description></item>
/// <item><term><see cref="ResNet"/></term><description>Residual blocks, summary by the mean over positions [batch, channels]. He et al.
/// 2016.</description></item>
/// <item><term><see cref="VisionTransformer"/></term><description>A Transformer over square patches. Steps [patches, batch, hidden],
/// summary: their mean. Dosovitskiy et al. 2021.</description></item>
/// <item><term><see cref="Mixer"/></term><description>Perceptrons over patches and over channels. Shapes likewise. Tolstikhin et al.
/// 2021.</description></item>
/// <item><term><see cref="Clip"/></term><description>One of these for each frame of a clip, and a network for sequences over the frames.
/// Steps [frames, batch, features]. Donahue et al. 2015; Arnab et al. 2021.</description></item>
/// <item><term><see cref="FromOnnx(string, ImageShape, OnnxImageOptions, ImageAugmentation)"/></term><description>A pre-trained model of
/// another program. Steps [positions, batch, channels] and their mean, or one step with the model's vector.</description></item>
/// </list>
/// </remarks>
public static class ImageNetwork
{
    /// <summary>A small convolutional network.</summary>
    /// <param name="shape">Size of the images.</param>
    /// <param name="channels">Channels of the first pair of convolutions; each further pair has twice as many.</param>
    /// <param name="stages">
    /// Pairs of convolutions. All but the last are followed by a pooling of 2 x 2 as long as the picture has at least 4 x 4 positions.
    /// </param>
    /// <param name="dropout">Dropout before and after the hidden layer.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    public static SequenceNetwork ConvNet(ImageShape shape, int channels = 32, int stages = 2, float dropout = 0.3f,
        ImageAugmentation? augmentation = null) => new ConvolutionalImageNetwork(shape, augmentation, channels, stages, dropout);

    /// <summary>A small residual network.</summary>
    /// <param name="shape">Size of the images.</param>
    /// <param name="channels">Channels of the first stage; each further one has twice as many, at half the height and width.</param>
    /// <param name="stages">Number of stages.</param>
    /// <param name="blocks">Residual blocks of a stage, of two convolutions each.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    public static SequenceNetwork ResNet(ImageShape shape, int channels = 32, int stages = 2, int blocks = 1,
        ImageAugmentation? augmentation = null) => new ResidualImageNetwork(shape, augmentation, channels, stages, blocks);

    /// <summary>A Vision Transformer, whose attention (as a column) is its rollout over all layers (Abnar and Zuidema 2020).</summary>
    /// <param name="shape">Size of the images.</param>
    /// <param name="patch">Side of a patch; null for the largest that leaves at least 4 on each axis. It divides height and width.</param>
    /// <param name="options">Sizes; null for hidden size 64, 3 layers, learned positions and GELU.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    public static SequenceNetwork VisionTransformer(ImageShape shape, int? patch = null, TransformerOptions? options = null,
        ImageAugmentation? augmentation = null) =>
        new TransformerImageNetwork(shape, augmentation, patch, options ?? new()
        {
            Hidden = 64, Layers = 3, Heads = 4, FeedForwardSize = 128, Dropout = 0.1f, Activation = FeedForwardActivation.Gelu,
            Positions = PositionEncoding.Learned,
        });

    /// <summary>An MLP-Mixer.</summary>
    /// <param name="shape">Size of the images.</param>
    /// <param name="patch">Side of a patch; null for the largest that leaves at least 4 on each axis. It divides height and width.</param>
    /// <param name="hidden">Features of a patch.</param>
    /// <param name="layers">Number of blocks.</param>
    /// <param name="tokenHidden">Hidden size of the perceptrons over patches.</param>
    /// <param name="channelHidden">Hidden size of the perceptrons over features.</param>
    /// <param name="dropout">Dropout inside the perceptrons.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    public static SequenceNetwork Mixer(ImageShape shape, int? patch = null, int hidden = 64, int layers = 3, int tokenHidden = 32,
        int channelHidden = 128, float dropout = 0.1f, ImageAugmentation? augmentation = null) =>
        new MixerImageNetwork(shape, augmentation, patch, hidden, layers, tokenHidden, channelHidden, dropout);

    /// <summary>
    /// A network for clips, whose steps are frames of height · width · channels numbers: each frame is read by a network for images, and
    /// what it says of them by a network for sequences. With a ConvNet and an LSTM it is that of Donahue et al. 2015, with a Vision
    /// Transformer and a Transformer the factorised encoder of Arnab et al. 2021. Trainers of sequences take it, taggers for a class per
    /// frame too.
    /// </summary>
    /// <param name="frames">One of these networks, which knows the frames' size.</param>
    /// <param name="time">The network over the frames' summaries.</param>
    /// <exception cref="ArgumentException">The first is no network for images, or the second reads no sequences of vectors.</exception>
    public static SequenceNetwork Clip(SequenceNetwork frames, SequenceNetwork time) => new ClipNetwork(frames, time);

    /// <summary>
    /// A model file of another program, such as a pre-trained ResNet: an image in, features out. Its weights are the start of training, or
    /// stay as they are. Where it reads images of one size, those of the column are scaled to it; where it reads colors, one channel stands
    /// for all.
    /// </summary>
    /// <param name="path">The file, of operator set 7 to 21.</param>
    /// <param name="shape">Size of the column's images.</param>
    /// <param name="options">What is trained, and which value is meant; null for all weights and the first output.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    /// <exception cref="OnnxFileException">
    /// There is no such file, it can't be imported, or it isn't a network of images; the message says why.
    /// </exception>
    public static SequenceNetwork FromOnnx(string path, ImageShape shape, OnnxImageOptions? options = null,
        ImageAugmentation? augmentation = null) =>
        new OnnxImageNetwork(Path.GetFileNameWithoutExtension(path), path, ImportedModel.Load(path), shape, augmentation, options ?? new());

    /// <summary>The same for the bytes of a model file, such as a resource of an assembly.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="shape">Size of the column's images.</param>
    /// <param name="options">What is trained, and which value is meant; null for all weights and the first output.</param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    /// <inheritdoc cref="FromOnnx(string, ImageShape, OnnxImageOptions, ImageAugmentation)" path="/*[not(self::param)]"/>
    public static SequenceNetwork FromOnnx(byte[] model, ImageShape shape, OnnxImageOptions? options = null,
        ImageAugmentation? augmentation = null) =>
        new OnnxImageNetwork("ONNX model", ModelReader.InMemory, ImportedModel.Load(model), shape, augmentation, options ?? new());

    /// <summary>A network of your own over images.</summary>
    /// <param name="name">Its name in logs and results.</param>
    /// <param name="shape">Size of the images.</param>
    /// <param name="encode">
    /// Writes the network: takes images [batch, channels, height, width], returns the summary [batch, features].
    /// </param>
    /// <param name="augmentation">Random changes of training images; null for none.</param>
    public static SequenceNetwork Custom(string name, ImageShape shape, Func<NetworkBuilder, Value, Value> encode,
        ImageAugmentation? augmentation = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(encode);
        return new CustomImageNetwork(shape, augmentation, name, encode);
    }
}
