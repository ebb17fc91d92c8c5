using Examples;

namespace Shapes;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal const string Classes = "classes", Parts = "parts", Matches = "matches", Relations = "scenes", Default = "gin";

    internal Options() : base("Meshes as graphs: which surface one is a form of, and to which part each vertex belongs; which "
        + "points of two views are the same; and what the objects of a scene are to each other.")
    {
        AddData("surfaces to tell apart, in .off files (default: generated solids)");
        AddNetwork(ShapeNetworks.Names, $"{string.Join(", ", ShapeNetworks.Names)} (default {Default})");
        SomeOf("--task", [Classes, Parts, Matches, Relations], "classes of surfaces, parts of generated bodies, matches of "
            + "generated points, scenes whose objects are related, with commas between them (default: all)", names => Tasks = names);
        AddTraining("meshes, or pairs of views, in each step");
        AddHidden();
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public string[] Tasks { get; private set; } = [Classes, Parts, Matches, Relations];

    protected override void Check()
    {
        if (Networks?.Contains("transformer") == true)
            RequireMultiple(4, "heads of the transformer");
        if (Tasks.Contains(Matches))
            RequireMultiple(4, $"heads of the network of {Matches}");
        var asked = string.Join(',', Tasks);
        if (!Tasks.Contains(Classes))
            Refuse($"is for --task {Classes}; --task {asked} generates what it reads.", "--data");
        if (!Tasks.Contains(Classes) && !Tasks.Contains(Parts))
            Refuse($"is for --task {Classes} and {Parts}; --task {asked} has one network{(Tasks.Length > 1 ? " each" : "")}.", "--network");
    }
}
