using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The network between the input and the output layer of a sequence trainer.</summary>
/// <remarks>
/// Every network reads [time, batch, features]; it gives a vector for each step, and a summary of each sequence for
/// <see cref="Pooling.Last"/>. D is 2 for bidirectional networks, otherwise 1.
/// <list type="table">
/// <listheader><term>Preset</term><description>What it is; shapes of steps and summary; paper</description></listheader>
/// <item><term><see cref="Lstm"/></term>
/// <description>Long short-term memory. Steps [time, batch, D·hidden], summary [batch, D·hidden]: the last hidden states. Hochreiter and
/// Schmidhuber 1997.</description></item>
/// <item><term><see cref="Gru"/></term>
/// <description>Gated recurrent units. Shapes as for <see cref="Lstm"/>. Cho et al. 2014.</description></item>
/// <item><term><see cref="Rnn"/></term>
/// <description>A plain recurrent network. Shapes as for <see cref="Lstm"/>. Elman 1990.</description></item>
/// <item><term><see cref="Recurrent"/></term>
/// <description>Any recurrent network with all its options: the above with peepholes, coupled gates, ReLU, truncation or learned initial
/// states, minimal gated units (<see cref="MinimalGatedUnitOptions"/>, Zhou et al. 2016), units with a clock
/// (<see cref="PhasedLstmOptions"/>, Neil et al. 2016), layers that skip steps (<see cref="SkipRnnOptions"/>, Campos et al. 2018), or a
/// cell of your own (<see cref="RecurrentCell"/>). Shapes as for <see cref="Lstm"/>.</description></item>
/// <item><term><see cref="Transformer"/></term>
/// <description>A Transformer encoder. Steps [time, batch, hidden], summary [batch, hidden]: the mean over valid steps. Vaswani et al.
/// 2017.</description></item>
/// <item><term><see cref="Fcn"/>, <see cref="ResNet"/>, <see cref="InceptionTime"/></term>
/// <description>Convolutions over the steps. Steps [time, batch, filters], summary: their mean. Wang, Yan and Oates 2017, Fawaz et al.
/// 2020.</description></item>
/// <item><term><see cref="MiniRocket"/></term>
/// <description>Shares of steps at which random convolutions are above thresholds; the output layer in closed form. One step and summary
/// [batch, 9,996]. Dempster, Schmidt and Webb 2021.</description></item>
/// <item><term><see cref="BySize"/></term>
/// <description>One of these, by the kind and number of training rows.</description></item>
/// <item><term><see cref="Conformer"/></term>
/// <description>Attention with relative positions and convolutions, for speech. Steps [⌈time / subsampling⌉, batch, hidden], summary
/// [batch, hidden]: the mean over valid steps. Gulati et al. 2020.</description></item>
/// <item><term><see cref="ImageNetwork"/></term>
/// <description>Networks for images, whose pixels are the steps: ConvNet, ResNet, Vision Transformer, MLP-Mixer.</description></item>
/// <item><term><see cref="SetTransformer"/></term>
/// <description>Attention by way of trained points; the order of the steps doesn't matter. Steps [time, batch, hidden], summary [batch,
/// hidden]: pooled by attention. Lee et al. 2019.</description></item>
/// <item><term><see cref="Perceiver"/></term>
/// <description>Latents that read the steps. Steps [time, batch, hidden], summary [batch, hidden]: the mean over valid steps.
/// Jaegle et al. 2021.</description></item>
/// <item><term><see cref="Multimodal"/></term>
/// <description>A Transformer over the tokens of several inputs: text, series, images, tables. Steps [time, batch, hidden]: those of the
/// main column; summary [batch, hidden]: the mean over all tokens. Kim et al. 2021.</description></item>
/// <item><term><see cref="PairMap"/>, <see cref="Matching"/></term>
/// <description>A vector for each pair of steps that the main column lists: of one further input, or of two. Steps [pairs, batch,
/// features]. Xu 2019, Sarlin et al. 2020.</description></item>
/// <item><term><see cref="FromOnnx(string, OnnxNetworkOptions)"/></term>
/// <description>A pre-trained model of another program, with its own vectors of tokens. Steps [time, batch, features], summary [batch,
/// features]: the mean over valid steps.</description></item>
/// <item><term><see cref="Custom"/></term>
/// <description>A function of your own. Steps [time, batch, features]; without a summary of its own the last valid step is
/// taken.</description></item>
/// </list>
/// </remarks>
public abstract partial record SequenceNetwork
{
    /// <summary>The network's name in logs and results.</summary>
    public abstract string Name { get; }

    /// <summary>The longest sequence it can read; null for any length.</summary>
    public virtual int? MaximumLength => null;

    /// <summary>
    /// Steps that it reads for each that it gives, 1 for most: n steps become ⌈n / Subsampling⌉, as by convolutions of such strides
    /// (<see cref="Layers.Subsample"/>). A label for each step needs 1; labels without places
    /// (<see cref="SequencesCatalog.Alignment(SequenceAlignmentTrainer.Options)"/>) and labels of whole rows take any.
    /// </summary>
    public virtual int Subsampling => 1;

    /// <summary>The images whose pixels are the steps it reads; null for sequences.</summary>
    internal virtual ImageShape? Image => null;

    /// <summary>Features of a step, where it reads frames of one size; null for any.</summary>
    internal virtual int? FeatureCount => null;

    /// <summary>Whether it reads all further inputs that aren't placed elsewhere.</summary>
    internal virtual bool ReadsInputs => false;

    /// <summary>Whether rows may lack inputs that it reads.</summary>
    internal virtual bool AllowsMissing => false;

    /// <summary>Whether it reads token ids and has vectors of tokens itself.</summary>
    internal virtual bool ReadsTokens => false;

    /// <summary>How an output layer in closed form is found; null where the network's parameters are trained step by step.</summary>
    internal virtual ReadoutOptions? Readout => null;

    /// <summary>
    /// The network for the training rows: itself, except for presets that take something from them or choose by their number.
    /// </summary>
    /// <exception cref="ArgumentException">It can't read such rows, or doesn't give what is asked for.</exception>
    internal virtual SequenceNetwork For(SequenceSample rows) => this;

    /// <summary>Writes the network.</summary>
    /// <param name="x">The input: embedded tokens or features, [time, batch, features].</param>
    public abstract EncodedSequence Encode(Sequence x);

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997).</summary>
    /// <param name="hidden">Size of the hidden state of each direction.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="bidirectional">Whether a second run reads each sequence backward.</param>
    /// <param name="dropout">Dropout between layers.</param>
    public static SequenceNetwork Lstm(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new LstmOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>Gated recurrent units (Cho et al. 2014).</summary>
    /// <param name="hidden">Size of the hidden state of each direction.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="bidirectional">Whether a second run reads each sequence backward.</param>
    /// <param name="dropout">Dropout between layers.</param>
    public static SequenceNetwork Gru(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new GruOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>A plain recurrent network (Elman 1990).</summary>
    /// <param name="hidden">Size of the hidden state of each direction.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="bidirectional">Whether a second run reads each sequence backward.</param>
    /// <param name="dropout">Dropout between layers.</param>
    public static SequenceNetwork Rnn(int hidden = 128, int layers = 1, bool bidirectional = false, float dropout = 0) =>
        Recurrent(new RnnOptions { Hidden = hidden, Layers = layers, Bidirectional = bidirectional, Dropout = dropout });

    /// <summary>A recurrent network of any kind, with all its options.</summary>
    /// <param name="options">
    /// <see cref="LstmOptions"/>, <see cref="GruOptions"/>, <see cref="RnnOptions"/>, <see cref="MinimalGatedUnitOptions"/>,
    /// <see cref="PhasedLstmOptions"/>, <see cref="SkipRnnOptions"/> or options of your own.
    /// </param>
    public static SequenceNetwork Recurrent(RecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new RecurrentSequenceNetwork(options);
    }

    /// <summary>A Transformer encoder. Its summary for <see cref="Pooling.Last"/> is the mean over valid steps.</summary>
    public static SequenceNetwork Transformer(TransformerOptions? options = null) => new TransformerSequenceNetwork(options ?? new());

    /// <summary>
    /// A Transformer over several inputs side by side: the main column and all further ones (<see cref="SequenceTrainerOptions.Inputs"/>)
    /// that have no placement of their own. Tokens, series step by step, images patch by patch, vectors and categories become tokens with a
    /// trained vector of their kind (as in ViLT, Kim et al. 2021). Rows may lack inputs.
    /// </summary>
    /// <param name="options">Sizes, and what may be missing; null for the defaults.</param>
    public static SequenceNetwork Multimodal(MultimodalOptions? options = null) => new MultimodalNetwork(options ?? new());

    /// <summary>
    /// A model file of another program, such as a pre-trained Transformer: token ids in, a vector for each token out. Its weights are the
    /// start of training, or stay as they are.
    /// </summary>
    /// <param name="path">The file, of operator set 7 to 21.</param>
    /// <param name="options">What is trained, and which inputs and outputs are meant; null for all weights and the usual names.</param>
    /// <exception cref="OnnxFileException">
    /// There is no such file, it can't be imported, or it isn't a network of tokens; the message says why.
    /// </exception>
    public static SequenceNetwork FromOnnx(string path, OnnxNetworkOptions? options = null) =>
        new OnnxSequenceNetwork(Path.GetFileNameWithoutExtension(path), path, ImportedModel.Load(path), options ?? new());

    /// <summary>The same for the bytes of a model file, such as a resource of an assembly.</summary>
    /// <param name="model">The bytes.</param>
    /// <param name="options">What is trained, and which inputs and outputs are meant; null for all weights and the usual names.</param>
    /// <inheritdoc cref="FromOnnx(string, OnnxNetworkOptions)" path="/*[not(self::param)]"/>
    public static SequenceNetwork FromOnnx(byte[] model, OnnxNetworkOptions? options = null) =>
        new OnnxSequenceNetwork("ONNX model", ModelReader.InMemory, ImportedModel.Load(model), options ?? new());

    /// <summary>A network of your own over the public graph operations and layers.</summary>
    /// <param name="name">Its name in logs and results.</param>
    /// <param name="encode">
    /// Writes the network: takes steps [time, batch, features], returns steps and the summary for <see cref="Pooling.Last"/> if it has one.
    /// </param>
    /// <param name="subsampling">Its <see cref="Subsampling"/>, where it gives fewer steps than it reads.</param>
    public static SequenceNetwork Custom(string name, Func<NetworkBuilder, Sequence, EncodedSequence> encode, int subsampling = 1)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(subsampling);
        return new CustomSequenceNetwork(name, encode, subsampling);
    }

    private sealed record RecurrentSequenceNetwork(RecurrentOptions Options) : SequenceNetwork
    {
        public override string Name => (Options.Bidirectional ? "bidirectional " : "") + Options.Name;

        public override EncodedSequence Encode(Sequence x)
        {
            var run = x.Network.Recurrent(x, Options);
            // The last layer's last states, both directions concatenated: [directions, batch, hidden] → [batch, directions·hidden]
            var directions = Options.Bidirectional ? 2 : 1;
            var top = Enumerable.Range(-directions, directions)
                .Select(i => Op.Squeeze(Op.Slice(run.Last, 0, i, i == -1 ? long.MaxValue : i + 1), 0)).ToArray();
            return new(run.Output, Op.Concat(1, top));
        }
    }

    private sealed record TransformerSequenceNetwork(TransformerOptions Options) : SequenceNetwork
    {
        public override string Name => "Transformer";

        public override int? MaximumLength => Options.MaximumLength;

        public override EncodedSequence Encode(Sequence x)
        {
            var (steps, weights) = x.TransformerEncoder(Options);
            return new(steps, steps.MeanPooling())
            {
                Attention = weights.Count == 0 ? null : Op.ReduceMean(weights[^1], [1], keepDims: false),
            };
        }
    }

    private sealed record ConformerSequenceNetwork(ConformerOptions Options) : SequenceNetwork
    {
        public override string Name => "Conformer";

        public override int Subsampling => Options.Subsampling;

        public override EncodedSequence Encode(Sequence x)
        {
            var (steps, weights) = x.Conformer(Options);
            return new(steps, steps.MeanPooling()) { Attention = Op.ReduceMean(weights, [1], keepDims: false) };
        }
    }

    private sealed record CustomSequenceNetwork(string Called, Func<NetworkBuilder, Sequence, EncodedSequence> Write, int Each)
        : SequenceNetwork
    {
        public override string Name => Called;

        public override int Subsampling => Each;

        public override EncodedSequence Encode(Sequence x) => Write(x.Network, x);
    }
}
