using Examples;

namespace Pictures;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal static readonly string[] All = ["convnet", "resnet", "vit", "mixer", "file"];

    internal Options() : base("Trains a classifier of images in an ML.NET pipeline, evaluates, exports and scores it.")
    {
        AddData("files train and test: in each line the numbers of an image, row by row, and its class (default: generated shapes)");
        Wholes("--size", 1, "height, width and perhaps channels of the images, where they aren't square", numbers => Size = numbers);
        Text("--label", "COLUMN", "column of the class: its number from 1, or its name in the header", column => Label = column);
        AddNetwork(All, "convnet, resnet, vit, mixer, file (default: convnet, or file with --model)");
        Existing("--model", "FILE", "network file: an ONNX file of any program that makes features of images", file => Model = file);
        Text("--features", "NAME", "the value of that file that has the features (default: its output)", name => Features = name);
        Positive("--scale", 1e6f, "what pixels are multiplied by for that file, once they have mean 0 and variance 1 (default 1)",
            number => Scale = number);
        Whole("--unfrozen", 0, "how many of the file's last weights are trained too (default 0: its features stay)",
            number => Unfrozen = number);
        Whole("--pretrain", 1, "of vit and mixer: passes over all training images without labels, in which masked patches are told",
            number => Pretrain = number);
        Whole("--labelled", 1, "train on so many of the training images, of all classes alike (default: all of them)",
            number => Labelled = number);
        AddTraining("images in each step");
        AddHidden();
        Whole("--patch", 1, "side of a patch of vit and mixer, which divides height and width", number => Patch = number);
        Whole("--shift", 0, "most pixels by which a training image is moved (default: an eighth of a side)", number => Shift = number);
        Number("--rotation", 0, 180, "most degrees by which a training image is turned (default 0)", number => Rotation = number);
        Number("--zoom", 0, 0.9f, "most by which a training image grows or shrinks, as a share of its size (default 0)",
            number => Zoom = number);
        Flag("--flip", "swap left and right of half of the training images", () => Flip = true);
        Whole("--cutout", 0, "side of a square that is cut out of each training image", number => Cutout = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string? Model { get; private set; }

    public string? Features { get; private set; }

    public float Scale { get; private set; } = 1;

    public int Unfrozen { get; private set; }

    public int[]? Size { get; private set; }

    public string? Label { get; private set; }

    public int? Pretrain { get; private set; }

    public int? Labelled { get; private set; }

    public int? Patch { get; private set; }

    public int? Shift { get; private set; }

    public float? Rotation { get; private set; }

    public float? Zoom { get; private set; }

    public bool Flip { get; private set; }

    public int? Cutout { get; private set; }

    protected override void Check()
    {
        if (Size is not (null or { Length: 2 or 3 }))
            throw new UsageException("--size has 2 or 3 numbers: height, width and channels.");
        if (Networks?.Contains("file") == true && Model is null)
            throw new UsageException("--network file needs --model FILE.");
        if (Pretrain is not null && Networks?.Any(network => network is "vit" or "mixer") != true)
            throw new UsageException("--pretrain is for --network vit and mixer, which have patches.");
    }
}
