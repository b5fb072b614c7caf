/** What the server says and takes, under the names the pages use. Times are RFC 3339 UTC strings, ids UUIDv7. */
import type { components } from './generated';

type Schemas = components['schemas'];

export type Id = string;
export type Time = string;
export type Localised = Partial<Record<'zh-CN' | 'zh-TW' | 'en', string>>;

export type Agent = Schemas['AgentValue'];
export type Role = Agent['role'];
export type AvailabilityName = Agent['availability'];
export type Team = Schemas['TeamValue'];
export type Workspace = Schemas['WorkspaceValue'];
export type Session = Schemas['SessionValue'];
export type Preferences = Schemas['Preferences'];
export type LoginSession = Schemas['LoginSessionValue'];
export type Invitation = Schemas['InvitationValue'];
export type InvitationFace = Schemas['InvitationFace'];
export type TotpOffer = Schemas['TotpOffer'];
export type Mail = Schemas['MailValue'];
export type ApiKey = Schemas['ApiKeyValue'];
export type GrantedRole = Schemas['RoleValue'];
export type Belongings = Schemas['Belongings'];
export type ServiceRequest = Schemas['ServiceRequestValue'];
export type ServiceRequestWhole = Schemas['ServiceRequestWhole'];
export type ServiceRequestCounts = Schemas['ServiceRequestCounts'];
export type RequestStep = Schemas['StepValue'];
export type RequestForm = Schemas['RequestForm'];
export type RequestFormOf = Schemas['FormValue'];
export type StopList = Schemas['StopListValue'];
export type FoundWord = Schemas['Found'];
export type Approval = Schemas['ApprovalValue'];
export type AuditEntry = Schemas['AuditEntryValue'];
export type AuditVerdict = Schemas['Verdict'];

export type ShiftPattern = Schemas['ShiftPatternValue'];
export type ShiftBreak = Schemas['BreakValue'];
export type Roster = Schemas['Roster'];
export type RosterShift = Schemas['RosterShift'];
export type RosterLeave = Schemas['RosterLeave'];
export type RosterCell = Schemas['RosterCell'];
export type LeaveKind = RosterLeave['kind'];
export type ShiftSwap = Schemas['SwapValue'];
export type Coverage = Schemas['Coverage'];
export type Duty = Schemas['DutyValue'];

export type Replayed = Schemas['Replayed'];
export type ReplayReport = Schemas['ReplayReport'];

export type Site = Schemas['SiteValue'];
export type SiteSettings = Schemas['SiteSettings'];
export type SnippetCheck = Schemas['SnippetCheck'];
export type OpenHours = Schemas['Span'];
export type PublicDay = Schemas['PublicDay'];
export type PublicDays = Schemas['PublicDays'];

export type Conversation = Schemas['ConversationValue'];
export type Message = Schemas['MessageValue'];
export type Rating = Schemas['Rating'];
export type StoredFile = Schemas['FileValue'];
export type Draft = Schemas['DraftValue'];
export type Tag = Schemas['TagValue'];
export type CannedResponse = Schemas['CannedResponseValue'];
export type ImportReport = Schemas['ImportReport'];
export type View = Schemas['ViewValue'];
export type ViewFilter = Schemas['ViewFilter'];
export type EntryRow = Schemas['EntryRow'];
export type Entry = Schemas['EntryValue'];
export type AnswerValue = Schemas['AnswerValue'];
export type MatchValue = Schemas['MatchValue'];
export type SuggestedEntries = Schemas['SuggestedEntries'];
export type SearchHit = Schemas['SearchHit'];

export type Contact = Schemas['ContactValue'];
export type ContactNote = Schemas['ContactNoteValue'];
export type Visitor = Schemas['VisitorValue'];
export type Block = Schemas['BlockValue'];
export type BlockedContact = Schemas['BlockedContact'];
export type SeenFrom = Schemas['SeenFrom'];
export type LiveVisitor = Schemas['LiveVisitor'];
export type VisitorCard = Schemas['VisitorCard'];
export type VisitorProfile = Schemas['ProfileValue'];
export type VisitorNote = Schemas['VisitorNoteValue'];
export type VisitorShares = Schemas['Shares'];
export type Visit = Schemas['VisitValue'];
export type VisitTrail = Schemas['Trail'];
export type PageView = Schemas['PageViewValue'];
export type VisitSource = Schemas['Source'];
export type VisitRegion = Schemas['Region'];
export type RegionFile = Schemas['RegionFile'];
export type Goal = Schemas['GoalValue'];
export type GoalConversion = Schemas['Converted'];

export type Segment = Schemas['SegmentValue'];
export type SegmentSize = Schemas['SegmentSize'];

export type Rule = Schemas['RuleValue'];
export type RuleWarning = Schemas['RuleWarning'];
export type RuleConditions = Schemas['Group'];
export type RuleAction = Schemas['RuleAction'];
export type RuleLimits = Schemas['RuleLimits'];
export type InvitationDraft = Schemas['InvitationDraft'];
export type VisitorInvitation = Schemas['VisitorInvitationValue'];
export type InvitationImage = Schemas['InvitationImage'];
export type Trial = Schemas['Trial'];
export type TrialReason = Schemas['RuleReason'];
export type TrialFacts = Schemas['TrialFacts'];
export type OutreachReport = Schemas['OutreachReport'];
export type RuleFigures = Schemas['RuleFigures'];
export type Lift = Schemas['Lift'];

export type TrafficFigures = Schemas['Figures'];
export type TrafficReport = Schemas['Traffic'];
export type TrafficRow = Schemas['Row'];
export type SelfService = Schemas['SelfService'];
export type SelfServiceRate = Schemas['Rate'];
export type SelfServiceGaps = Schemas['Gaps'];
export type SelfServiceGap = Schemas['Gap'];

export type Proposal = Schemas['ProposalValue'];
export type DecidedProposals = Schemas['DecidedProposals'];
export type LanguageModel = Schemas['LanguageModelValue'];
export type TriedModel = Schemas['TriedModel'];
export type KnowledgeSettings = Schemas['KnowledgeSettings'];

export type EntryLink = Schemas['EntryLink'];
export type EntryStatus = Entry['status'];
export type EntryAudience = Entry['audience'];
export type EntryLanguage = Entry['language'];
export type EntryCard = Schemas['Card'];
export type EntryButton = Schemas['Button'];
export type EntryVersion = Schemas['VersionValue'];
export type EntryDifference = Schemas['Difference'];
export type AnswerImage = Schemas['AnswerImage'];
export type BulkReport = Schemas['BulkReport'];
export type Category = Schemas['CategoryValue'];
export type WordList = Schemas['WordListValue'];
export type KnowledgeImport = Schemas['ImportValue'];
export type RefusedImportRow = Schemas['RefusedImportRow'];
export type Finding = Schemas['Finding'];
export type FindingKind = Finding['kind'];

/** One page of a list that is read with a cursor. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export type RoutingPolicy = Schemas['PolicyValue'];
export type PolicyDocument = Schemas['Policy'];
export type PolicyWarning = Schemas['PolicyWarning'];
export type PolicyStep = PolicyDocument['steps'][number];
export type RoutingCondition = Schemas['Condition'];
export type RoutingSettings = Schemas['RoutingSettings'];
export type EntryRule = Schemas['EntryRule'];
export type Skill = Schemas['SkillValue'];
export type SkillDemand = Schemas['SkillDemand'];
export type RoutingDecision = Schemas['DecisionValue'];
export type QueueNow = Schemas['QueueValue'];

export type Due = Schemas['Due'];
export type AgentPromise = Schemas['PromiseValue'];
export type PromiseProposal = Schemas['PromiseProposal'];
export type PromiseCounts = Schemas['PromiseCounts'];
export type ServicePolicy = Schemas['ServicePolicyValue'];
export type ServiceTerms = Schemas['Terms'];
export type ServiceStep = Schemas['Step'];
export type ServiceTrials = Schemas['ServiceTrials'];
export type ServiceLevelReport = Schemas['ServiceLevelReport'];
export type KeptBy = Schemas['KeptBy'];
export type MissedTarget = Schemas['MissedValue'];

export type WallConversation = Schemas['WallConversation'];
export type WallAgent = Schemas['WallAgent'];
export type WallFigures = Schemas['WallFigures'];
export type SupervisionAct = Schemas['ActValue'];
export type AwayReason = Schemas['AwayReason'];

export type ScoreCard = Schemas['CardValue'];
export type Criterion = Schemas['Criterion'];
export type CriterionAnswer = Schemas['CriterionAnswer'];
export type SamplingPlan = Schemas['PlanValue'];
export type PlanTerms = Schemas['PlanTerms'];
export type Inspection = Schemas['InspectionValue'];
export type InspectionDetail = Schemas['InspectionDetail'];
export type QualityCounts = Schemas['QualityCounts'];
export type QualityStanding = Schemas['QualityStanding'];
export type QualityReport = Schemas['QualityReport'];

export type Calibration = Schemas['CalibrationValue'];
export type CalibrationDetail = Schemas['CalibrationDetail'];
export type CalibrationCounts = Schemas['CalibrationCounts'];
export type ComparedCriterion = Schemas['ComparedCriterion'];
export type AgreementReport = Schemas['AgreementReport'];
export type Nearness = Schemas['Nearness'];

export type PassageLine = Schemas['Line'];
export type TrainingExample = Schemas['ExampleValue'];
export type Drill = Schemas['DrillValue'];
export type Exercise = Schemas['ExerciseValue'];
export type ExerciseDetail = Schemas['ExerciseDetail'];
export type Miss = Schemas['MissedCriterion'];
export type TrainingCounts = Schemas['TrainingCounts'];
