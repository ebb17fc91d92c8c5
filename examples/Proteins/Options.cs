using Examples;

namespace Proteins;

/// <summary>What was asked for on the command line.</summary>
internal sealed class Options : CommonOptions
{
    internal const string Secondary = "secondary-structure", Contacts = "contacts", Interfaces = "interfaces", Default = "windows";

    internal Options() : base("Tells the secondary structure of each residue of a protein, or which residues are in contact, from its "
        + "sequence alone; and which touch a partner, from its coordinates.")
    {
        AddData("chains with secondary structure or with coordinates: train.tsv, val.tsv, test.tsv (default: generated chains)");
        AddNetwork(SecondaryNetworks.Names, $"{string.Join(", ", SecondaryNetworks.Names)} of secondary structure (default windows)");
        SomeOf("--task", [Secondary, Contacts, Interfaces], "secondary structure, contacts, interfaces with a partner that is docked by "
            + "a rule, with commas between them (default: the first two, as far as the chains tell)", names => Tasks = names);
        AddTraining("chains in each step");
        AddHidden();
        Whole("--members", 1, "networks whose mean tells the secondary structure (default 3)", number => Members = number);
        AddSeeds();
        AddThreads();
        AddResults("models and pictures");
    }

    public int? Members { get; private set; }

    /// <summary>What was asked for; null where the command line doesn't say.</summary>
    public string[]? Tasks { get; private set; }

    /// <summary>Refuses what is for secondary structure where that isn't told.</summary>
    /// <exception cref="UsageException">Such an option was given.</exception>
    internal void CheckFor(string[] tasks)
    {
        if (!tasks.Contains(Secondary))
            Refuse($"is for {Secondary}, which isn't told here; --task {string.Join(',', tasks)} has one network each.", "--network",
                "--members");
    }

    protected override void Check()
    {
        if (Hidden == 1 && Tasks is not [Interfaces])
            throw new UsageException($"--hidden is 1: expected at least 2, of which networks of {Secondary} and {Contacts} take a half.");
        if (Tasks is not null)
            CheckFor(Tasks);
    }
}
