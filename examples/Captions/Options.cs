using Examples;

namespace Captions;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] Tasks = ["captions", "clips"], All = ["convnet", "vit"];

    internal Options() : base("Writes sentences about pictures, and tells how clips and their frames move.")
    {
        AddData("tables train and test with pictures and captions, or lines of square images, which are made to move (default: generated "
            + "scenes and clips)");
        SomeOf("--task", Tasks, "what to do with generated data: captions, clips (default: both)", names => Task = names);
        Wholes("--size", 1, "height, width and perhaps channels of the pictures, where they aren't square", numbers => Size = numbers);
        Whole("--rows", 20, "generated pictures or clips to train on", number => Rows = number);
        AddNetwork(All, "convnet (a ConvNet, and an LSTM with attention), vit (a Vision Transformer and a Transformer) (default: convnet)");
        AddTraining();
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[]? Task { get; private set; }

    public int[]? Size { get; private set; }

    public int? Rows { get; private set; }

    protected override void Check()
    {
        if (Size is not (null or { Length: 2 or 3 }))
            throw new UsageException("--size has 2 or 3 numbers: height, width and channels.");
    }
}
